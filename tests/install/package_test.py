# SPDX-License-Identifier: Apache-2.0
"""The packages that CPack makes of a build, looked at, and installed where nothing else is.

  package_test.py BUILD SOURCE [CLASS...]
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

from skipping import main, needs

BUILD = Path(sys.argv[1]).resolve()
SOURCE = Path(sys.argv[2]).resolve()

# What lintian says of packages that no distribution has asked for and that are made without its tools, and of builds
# without optimisation.
EXCEPTIONS = {
    "initial-upload-closes-no-bugs",
    "hardening-no-fortify-functions",
    "bogus-mail-host",
}


def output_of(*command, **options):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if run.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {run.returncode}:\n{run.stdout[-4000:]}")
    return run.stdout


def field(package, name):
    return output_of("dpkg-deb", "--field", package, name).strip()


def make_packages(kind, folder):
    # What packages are usually compressed with takes most of the time.
    output_of("cpack", "-G", kind, "-B", folder, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip", cwd=BUILD)


class Packages(unittest.TestCase):
    """With STAYALIVE_PACKAGES in the environment, a folder, Debian packages are made once for several classes."""

    KIND = "DEB"

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="stayalive-package-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        shared = os.environ.get("STAYALIVE_PACKAGES") if cls.KIND == "DEB" else None
        made = Path(shared or cls.folder)
        if cls.KIND != "DEB" or not any(made.glob("*.deb")):
            make_packages(cls.KIND, made)
        cls.files = {file.name.split("_")[0]: file for file in made.glob("*.deb")}


@needs("cpack", "dpkg-deb", "dpkg-shlibdeps")
class Make(unittest.TestCase):
    """Makes the Debian packages anew for the classes that follow."""

    def test_debian_packages_are_made(self):
        folder = Path(os.environ["STAYALIVE_PACKAGES"])
        shutil.rmtree(folder, ignore_errors=True)
        make_packages("DEB", folder)
        self.assertGreaterEqual(len(list(folder.glob("*.deb"))), 2)


@needs("cpack", "dpkg-deb", "dpkg-shlibdeps")
class Debian(Packages):
    def test_each_package_has_what_its_name_says_and_one_place_for_each_file(self):
        seen = {}
        for name, file in self.files.items():
            for line in output_of("dpkg-deb", "--contents", file).splitlines():
                path = line.split()[5]
                if path.endswith("/"):
                    continue
                self.assertNotIn(path, seen)
                seen[path] = name
        self.assertEqual(seen["./usr/bin/stayalive"], "stayalive")
        self.assertEqual(seen["./usr/share/man/man1/stayalive-run.1.gz"], "stayalive")
        self.assertEqual(seen["./usr/share/zsh/vendor-completions/_stayalive"], "stayalive")
        self.assertEqual(seen["./usr/share/stayalive/scenarios/profiles/aws-nlb.json"], "stayalive")
        self.assertEqual(seen["./usr/include/stayalive/stayalive.h"], "libstayalive-dev")
        self.assertEqual({path for path in seen if not path.startswith("./usr/")}, set())

    def test_it_depends_on_the_libraries_it_is_linked_with_and_on_nothing_else(self):
        depends = field(self.files["stayalive"], "Depends")
        names = {part.split()[0] for part in depends.split(",")}
        self.assertIn("libc6", names)
        self.assertIn("libstdc++6", names)
        allowed = {"libc6", "libstdc++6", "libgcc-s1", "libfmt9", "libfmt10", "libasan8", "libubsan1"}
        self.assertEqual(names - allowed, set())

    def test_the_version_is_that_of_the_program(self):
        program = output_of(BUILD / "tools/stayalive/stayalive", "--version").strip()
        for name, file in self.files.items():
            self.assertEqual(field(file, "Version"), program + "-1", name)

    @needs("lintian")
    def test_lintian_finds_nothing_but_the_stated_exceptions(self):
        # With the archive of an unoptimised build lintian takes a minute.
        optimised = "CMAKE_BUILD_TYPE:STRING=Release" in (BUILD / "CMakeCache.txt").read_text()
        files = [file for name, file in self.files.items() if optimised or name != "libstayalive-dev"]
        run = subprocess.run(["lintian", "--no-cfg", "--allow-root", "--tag-display-limit", "0", *files],
                             capture_output=True, text=True, check=False)
        found = [line for line in run.stdout.splitlines() if re.match(r"[EW]: ", line)]
        wrong = [line for line in found if line.split()[2] not in EXCEPTIONS]
        self.assertEqual(wrong, [])


@needs("cpack", "dpkg-deb", "dpkg-shlibdeps", "debootstrap", "apt-get")
@unittest.skipIf(os.geteuid() != 0, "only root can change the root of the file system")
class CleanRoot(Packages):
    """A Debian of its required packages, into which the packages are put, with what they depend on."""

    @classmethod
    def setUpClass(cls):
        if re.search(r"(?m)^STAYALIVE_SANITIZE:\w+=.", (BUILD / "CMakeCache.txt").read_text()):
            raise unittest.SkipTest("a program with sanitizers needs /proc, which a clean root has not")
        super().setUpClass()
        mirror, suite = cls.mirror()
        cls.root = cls.folder / "root"
        needed = set()
        for file in cls.files.values():
            for part in field(file, "Depends").split(","):
                needed.add(part.split("|")[0].split()[0])
        needed -= {*cls.files, ""}
        kept = BUILD / f"clean-root-{suite}-{'-'.join(sorted(needed))}.tar"
        if kept.exists():
            cls.root.mkdir()
            output_of("tar", "-xf", kept, "-C", cls.root)
            return
        try:
            output_of("debootstrap", "--variant=minbase", "--include", ",".join(sorted(needed)), suite, cls.root, mirror)
        except AssertionError as error:
            raise unittest.SkipTest(f"the mirror of apt's configuration cannot be reached: {error}") from error
        output_of("tar", "--exclude=./var/cache/apt", "-cf", kept, "-C", cls.root, ".")

    @staticmethod
    def mirror():
        """Where apt has the packages of this Debian from, and its name."""
        lines = output_of("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)",
                          "Created-By: Packages").splitlines()
        for line in lines:
            site, release, component = line.split()
            if component == "main" and "-" not in release:
                return site, release
        raise unittest.SkipTest("apt knows no mirror")

    def inside(self, *command):
        return output_of("chroot", self.root, "/usr/bin/env", "-i", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "HOME=/root",
                         "ASAN_OPTIONS=detect_leaks=0", *command)

    def test_the_packages_install_and_work(self):
        for file in self.files.values():
            (self.root / "tmp" / file.name).write_bytes(file.read_bytes())
        self.inside("dpkg", "--install", *(f"/tmp/{file.name}" for file in self.files.values()))
        self.assertIn("Usage: stayalive", self.inside("stayalive", "help"))
        self.assertIn("Azure", self.inside("stayalive", "profiles", "azure-lb"))
        scenario = "/usr/share/stayalive/scenarios/ssh-behind-a-home-router.json"
        here = output_of(BUILD / "tools/stayalive/stayalive", "run", "--format", "csv",
                         SOURCE / "scenarios/ssh-behind-a-home-router.json")
        self.assertEqual(self.inside("stayalive", "run", "--format", "csv", scenario).splitlines()[1:-1],
                         here.replace(str(SOURCE), "/usr/share/stayalive").splitlines()[1:-1])
        self.check_more()
        self.inside("dpkg", "--purge", *self.files)
        left = [path for path in (self.root / "usr").rglob("*stayalive*")]
        self.assertEqual(left, [])

    def check_more(self):
        """What other packages than that of the program bring."""
        if "python3-stayalive" in self.files:
            name = self.inside("python3", "-c", "import stayalive; print(stayalive.profile('aws-nlb').name)")
            self.assertEqual(name.strip(), "aws-nlb")


@needs("cpack")
class Archive(Packages):
    KIND = "TGZ"

    def test_an_unpacked_archive_works(self):
        (file,) = self.folder.glob("*.tar.gz")
        with tarfile.open(file) as archive:
            archive.extractall(self.folder)
        (unpacked,) = [path for path in self.folder.iterdir() if (path / "bin").is_dir()]
        self.assertIn("aws-nlb", output_of(unpacked / "bin/stayalive", "profiles", cwd="/"))
        for path in ("share/man/man1/stayalive.1.gz", "share/zsh/site-functions/_stayalive",
                     "share/stayalive/LICENSE", "share/stayalive/scenarios/ssh-behind-a-home-router.json"):
            self.assertTrue((unpacked / path).is_file(), path)
        self.assertFalse((unpacked / "share/doc").exists())


if __name__ == "__main__":
    main(sys.argv[3:])
