# SPDX-License-Identifier: Apache-2.0
"""The exception of the library."""


class Error(Exception):
    """Bad input, or a system that fails. ``str(error)`` is one line for a reader.

    Attributes:
        code: ``"file_not_found"``, ``"unreadable"``, ``"wrong_format"``, ``"mismatch"``,
            ``"invalid_argument"``, ``"cannot_write"``, ``"already_exists"``,
            ``"model_missing"``, ``"unsupported"``, ``"network"``, ``"limit"`` or ``"other"``.
        file: the file or folder it is about, or ``""``.
        expected, found: in words or numbers, or ``""``.
        option: the option that decides it, or ``""``.
    """

    def __init__(
        self,
        text: str,
        code: str = "other",
        file: str = "",
        expected: str = "",
        found: str = "",
        option: str = "",
    ) -> None:
        super().__init__(text)
        self.code = code
        self.file = file
        self.expected = expected
        self.found = found
        self.option = option
