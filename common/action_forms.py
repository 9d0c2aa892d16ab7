"""Views of forms that call a service, and of forms without a page of their own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods
from django.views.generic import FormView

from common.errors import Refusal

View = Callable[..., HttpResponse]


def posted_from(page: str, *names: str) -> Callable[[View], View]:
    """Decorates a view that only takes forms of the view named `page`: redirects other requests there.

    The page of a form that was kept (`common.kept_forms`) has a link to its URL. `names` are the arguments that both
    URLs have.
    """

    def decorator(view: View) -> View:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            return redirect(page, **{name: kwargs[name] for name in names})

        return wrapped

    return decorator


class ActionFormView(FormView):
    """Form that calls a service when it is submitted.

    A refusal of the service is a form error, and the form keeps its data. The default form has no field, but a button.
    """

    form_class: type[forms.BaseForm] = forms.Form

    # Field that displays a refusal; None: above the form.
    refusal_field: str | None = None
    # HTTP status of a form with errors.
    invalid_status = 422

    def submit(self, form: Any) -> HttpResponse:
        """Calls the service with the valid `form` and returns the response. Raises a `Refusal`."""
        raise NotImplementedError

    def refuse(self, form: Any, refusal: Refusal) -> HttpResponse:
        """Displays the form again, with `refusal`."""
        form.add_error(self.refusal_field, str(refusal))
        return self.form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.submit(form)
        except Refusal as refusal:
            return self.refuse(form, refusal)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=self.invalid_status)
