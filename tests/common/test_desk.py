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


def sent(number, user="agent", **attributes):
    request = RequestFactory().post("/", {"number": number})
    request.user = user
    return SheetView.as_view(**attributes)(request)


def test_the_service_decides_where_the_agent_goes():
    assert sent(1).url == "/recu/"


@pytest.mark.parametrize(("attributes", "field"), [({}, "__all__"), ({"refusal_field": "number"}, "number")])
def test_a_refusal_is_an_error_of_the_form_which_keeps_its_data(attributes, field):
    answer = sent(2, **attributes)
    form = answer.context_data["form"]
    assert (answer.status_code, form.errors) == (422, {field: ["Cette fiche est déjà saisie."]})
    assert form["number"].value() == "2"


def test_only_agents_reach_the_service():
    with pytest.raises(PermissionDenied):
        sent(1, user="somebody")
