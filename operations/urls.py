from django.urls import path

from operations import views

app_name = "operations"
urlpatterns = [
    path("metrics", views.metrics, name="metrics"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    # Former name, known to proxies.
    path("healthz", views.readyz, name="healthz"),
]
