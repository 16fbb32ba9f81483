"""nbgrader's settings for this course: `nbgrader generate_assignment ps1_energy_surfaces`.

Source and release lie in solutions/ and exercises/, a folder for each language; MLP_TEACH_LANG=ja
hands out the Japanese ones. Both have the same graded cells under the same names, so a student may
hand in either. Delimiters (### BEGIN SOLUTION) and metadata (schema 3) are nbgrader's own.
"""

import os
from pathlib import Path

LANGUAGE = os.environ.get("MLP_TEACH_LANG", "en")

c = get_config()  # given by nbgrader
c.CourseDirectory.course_id = "mlp_teach"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = f"solutions/{LANGUAGE}"
c.CourseDirectory.release_directory = f"exercises/{LANGUAGE}"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "source"]
c.ExecutePreprocessor.timeout = 60  # s for a cell; what an exercise may take
c.ExecutePreprocessor.interrupt_on_timeout = True
c.ClearSolutions.text_stub = {
    "en": "*Write your answer here.*",
    "ja": "*ここに解答を書いてください。*",
}[LANGUAGE]
