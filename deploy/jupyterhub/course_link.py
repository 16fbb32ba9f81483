"""The link that brings the course into a student's folder and opens a lesson (nbgitpuller)."""

from __future__ import annotations

from urllib.parse import urlencode

FOLDER = "mlp_course"  # in the student's home; not the repository's own name, which may end in .git


def course_link(
    hub: str, repository: str, branch: str = "main", lang: str = "en", file: str = "00_start_here"
) -> str:
    """The address to give to a class: log in, fetch or update the course, open the lesson.

    hub         how students reach the hub, for example https://hub.example.org
    repository  what git clones: https://..., git://... or file:///...
    """
    query = {
        "repo": repository,
        "branch": branch,
        "targetpath": FOLDER,
        "urlpath": f"lab/tree/{FOLDER}/course/{lang}/{file}.ipynb",
    }
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(query)}"
