"""The operator: whoever signs in to the console. Members are not operators and have no row here."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from regulars.kernel.ids import new_id


def operator_id() -> object:
    """Operators belong to no member: bucket 0."""
    return new_id(0)


class Operators(BaseUserManager["Operator"]):
    """Creates operators for Django's own commands."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Operator:
        operator = self.model(email=self.normalize_email(email).lower(), **fields)
        operator.set_password(password)
        operator.save(using=self._db)
        return operator


class Operator(AbstractBaseUser):
    """Someone of the merchant's staff, working on one programme."""

    id = models.UUIDField(primary_key=True, default=operator_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    programme_id = models.IntegerField()
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Operators] = Operators()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "programme_id"]

    class Meta:
        db_table = "access_operator"
        app_label = "access"

    def __str__(self) -> str:
        return self.name
