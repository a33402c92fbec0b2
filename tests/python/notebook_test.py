# SPDX-License-Identifier: Apache-2.0
"""The notebook and the blocks of docs/python.md are run as they are written.  PYTHONPATH names the folder of the package.

  notebook_test.py SOURCE [CLASS...]
"""

import contextlib
import io
import json
import os
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "install"))
from skipping import main  # noqa: E402

import stayalive  # noqa: E402

SOURCE = Path(sys.argv[1]).resolve()

try:
    import nbconvert.preprocessors
    import nbformat
except ImportError:
    nbconvert = None


@unittest.skipIf(nbconvert is None, "python3-nbconvert is not installed (tools/setup test)")
class Notebook(unittest.TestCase):
    def test_it_runs_and_shows_tables_a_drawing_and_an_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            os.environ.update(IPYTHONDIR=folder, JUPYTER_CONFIG_DIR=folder, JUPYTER_DATA_DIR=folder, HOME=folder)
            notebook = nbformat.read(SOURCE / "docs/keepalive-of-a-pool.ipynb", as_version=4)
            nbconvert.preprocessors.ExecutePreprocessor(timeout=None, kernel_name="python3").preprocess(
                notebook, {"metadata": {"path": folder}})
        shown = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
        self.assertIn("image/svg+xml", shown)
        self.assertIn("<table>", shown)
        self.assertIn("3m is the longest of these that holds", shown)

    def test_what_is_kept_has_no_outputs(self):
        for cell in json.loads((SOURCE / "docs/keepalive-of-a-pool.ipynb").read_text())["cells"]:
            self.assertEqual(cell.get("outputs", []), [])


class Page(unittest.TestCase):
    def test_its_blocks_run(self):
        first, swept, mistaken = re.findall(r"```python\n(.*?)```", (SOURCE / "docs/python.md").read_text(), re.DOTALL)
        space = {}
        self.assertEqual(self.printed(first, space), "detected - lb: tcp.established 240s\n")
        space["scenario"] = {
            "title": "t", "duration": "30m",
            "path": [{"link": {"name": "line", "delay": "20ms"}}, {"middlebox": {"profile": "azure-lb"}}],
            "connections": [{"name": "pool", "strategy": "tcp_keepalive"}]}
        self.printed(swept, space)
        self.assertEqual(len(space["sweep"].points), 20)
        self.assertIn("conections", self.printed(mistaken, space))

    def printed(self, code, space):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(code, space)  # pylint: disable=exec-used
        return out.getvalue()

    def test_every_name_it_tells_of_is_there(self):
        page = (SOURCE / "docs/python.md").read_text()
        for name in stayalive.__all__:
            self.assertTrue(getattr(stayalive, name).__doc__, name)
        for name in ("run", "sweep", "profiles", "profile", "scenario_schema"):
            self.assertIn(f"`{name}(", page)


if __name__ == "__main__":
    main(sys.argv[2:])
