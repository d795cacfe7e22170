"""Errors as the real services write them: an HTTP status and a JSON body."""

from typing import Any

Json = dict[str, Any]

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """A refused call.

    ``code`` is the HTTP status, ``message`` the words of the body; ``details`` are the Sheets API's typed details,
    ``errors`` the list that Drive adds.
    """

    def __init__(
        self,
        code: int,
        message: str,
        *,
        details: list[Json] | None = None,
        errors: list[Json] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.errors = errors

    def body(self) -> Json:
        """The JSON body of the reply."""
        error: Json = {"code": self.code, "message": self.message}
        if self.errors is not None:
            error["errors"] = self.errors
        else:
            error["status"] = STATUS.get(self.code, "UNKNOWN")
        if self.details:
            error["details"] = self.details
        return {"error": error}


def invalid(message: str) -> ApiError:
    """A 400 in the Sheets API's words."""
    return ApiError(400, message)


def not_found() -> ApiError:
    """What Sheets says of an id that nobody has."""
    return ApiError(404, "Requested entity was not found.")


def forbidden() -> ApiError:
    """What Sheets says of a file that isn't shared with the caller."""
    return ApiError(403, "The caller does not have permission")


def protected(code: int, where: str) -> ApiError:
    """A write over somebody else's protected cells refuses the whole batch."""
    return ApiError(
        code,
        f"Invalid {where}: You are trying to edit a protected cell or object. "
        "Please contact the spreadsheet owner to remove protection if you need to edit.",
    )


def drive_not_found(file_id: str) -> ApiError:
    """Drive's 404, with its own list of errors."""
    message = f"File not found: {file_id}."
    reason = {"message": message, "domain": "global", "reason": "notFound", "location": "fileId"}
    return ApiError(404, message, errors=[{**reason, "locationType": "parameter"}])


def storage_full() -> ApiError:
    """What a service account gets that tries to own a file."""
    message = "The user's Drive storage quota has been exceeded."
    return ApiError(
        403, message, errors=[{"message": message, "domain": "usageLimits", "reason": "storageQuotaExceeded"}]
    )


def api_disabled(service: str) -> ApiError:
    """A project in which nobody switched the API on. ``service`` is ``sheets`` or ``drive``."""
    title = {"sheets": "Google Sheets API", "drive": "Google Drive API"}[service]
    host = f"{service}.googleapis.com"
    url = f"https://console.developers.google.com/apis/api/{host}/overview?project=123456789012"
    message = (
        f"{title} has not been used in project 123456789012 before or it is disabled. Enable it by visiting {url} then "
        "retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."
    )
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "SERVICE_DISABLED",
            "domain": "googleapis.com",
            "metadata": {"service": host, "consumer": "projects/123456789012"},
        }
    ]
    return ApiError(403, message, details=details)
