from django.urls import path

from aftersales.api import views

urlpatterns = [path("warranties/", views.WarrantyList.as_view(), name="warranty-list")]
