"""Base of the entry forms at the desk: what a refusal of the service does to the form."""

import pytest
from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.test import RequestFactory

from common.desk import EntryFormView
from common.errors import Refusal


class SheetForm(forms.Form):
    number = forms.IntegerField()


class SheetView(EntryFormView):
    is_allowed = staticmethod(lambda user: user == "agent")
    form_class = SheetForm

    def submit(self, form):
        if form.cleaned_data["number"] > 1:
            raise Refusal("Cette fiche est déjà saisie.")
        return redirect("/recu/")


def post(number, user="agent", **attributes):
    request = RequestFactory().post("/", {"number": number})
    request.user = user
    return SheetView.as_view(**attributes)(request)


def test_response_of_the_service_is_returned():
    assert post(1).url == "/recu/"


@pytest.mark.parametrize(("attributes", "field"), [({}, "__all__"), ({"refusal_field": "number"}, "number")])
def test_refusal_is_a_form_error_and_keeps_the_data(attributes, field):
    answer = post(2, **attributes)
    form = answer.context_data["form"]
    assert (answer.status_code, form.errors) == (422, {field: ["Cette fiche est déjà saisie."]})
    assert form["number"].value() == "2"


def test_service_is_restricted_to_agents():
    with pytest.raises(PermissionDenied):
        post(1, user="somebody")
