"""
A fake of Linux's configfs-tsm on FUSE, for the tests of what reads it: fake_tsm.py PROVIDER SCENARIO FOLDER

It keeps what the kernel's ABI (Documentation/ABI/testing/configfs-tsm-report) says of folders and attributes: each
folder that is made holds the attributes and cannot hold anything else, binary attributes take effect when the file is
closed, every write makes a generation, and a report is made at the first read after a write. Reports are only of the
right form. Prints "mounted" once it can be used, and "left N" for each folder that is left when it ends.
"""

import errno
import stat
import sys

import fuse

fuse.fuse_python_api = (0, 2)

READ_ONLY = ("generation", "provider", "outblob", "auxblob", "privlevel_floor")
WRITE_ONLY = ("inblob", "privlevel")
REPORT_DATA_BYTES = 64
SNP_REPORT_BYTES = 1184
SNP_REPORT_DATA_OFFSET = 0x50
TDX_QUOTE_BYTES = 5006
TDX_REPORT_DATA_OFFSET = 48 + 520
PAGE = 4096
PRIVLEVEL_MAX = 3


class Report:
    """One folder below the root."""

    def __init__(self):
        self.generation = 0
        self.inblob = b""
        self.level = 0
        self.pending = None

    def take(self):
        """What was written to a file that is now closed."""
        if self.pending is not None:
            self.inblob = self.pending
            self.pending = None
            self.generation += 1


class FakeTsm(fuse.Fuse):
    def __init__(self, provider, scenario, folder):
        super().__init__(dash_s_do="setsingle")
        self.provider = provider
        self.scenario = scenario
        self.reports = {}
        self.floor = 2 if scenario == "under an SVSM" else 0
        self.busy_left = {"busy once": 1, "busy for ever": 1 << 30}.get(scenario, 0)
        self.parse([folder, "-f", "-s", "-o", "direct_io"])

    def fsinit(self):
        print("mounted", flush=True)

    def attributes(self):
        without = ("auxblob",) if self.scenario == "no auxblob" else ()
        # Only SEV-SNP has levels.
        if self.provider != "sev_guest":
            without += ("privlevel", "privlevel_floor")
        return [name for name in READ_ONLY + WRITE_ONLY if name not in without]

    def find(self, path):
        """The report that a path is in, and the attribute's name, empty for the folder itself."""
        _, name, *rest = path.split("/")
        report = self.reports.get(name)
        attribute = rest[0] if rest else ""
        if report is None or len(rest) > 1 or (attribute and attribute not in self.attributes()):
            return None, ""
        return report, attribute

    def getattr(self, path):
        found = fuse.Stat()
        if path == "/":
            found.st_mode, found.st_nlink = stat.S_IFDIR | 0o755, 2
            return found
        report, attribute = self.find(path)
        if report is None:
            return -errno.ENOENT
        if not attribute:
            found.st_mode, found.st_nlink = stat.S_IFDIR | 0o755, 2
        else:
            found.st_mode = stat.S_IFREG | (0o200 if attribute in WRITE_ONLY else 0o400)
            found.st_nlink = 1
            found.st_size = PAGE if attribute in ("generation", "provider", "privlevel_floor") else 0
        return found

    def readdir(self, path, _offset):
        names = list(self.reports) if path == "/" else self.attributes()
        for name in [".", "..", *names]:
            yield fuse.Direntry(name)

    def mkdir(self, path, _mode):
        if path.count("/") != 1:
            return -errno.EPERM
        self.reports[path[1:]] = Report()

    def rmdir(self, path):
        if self.reports.pop(path[1:], None) is None:
            return -errno.ENOENT

    def open(self, path, flags):
        report, attribute = self.find(path)
        if report is None:
            return -errno.ENOENT
        # Accepted are O_WRONLY for what only takes, and O_RDONLY for the others.
        if (flags & 3) != (1 if attribute in WRITE_ONLY else 0):
            return -errno.EACCES

    def create(self, _path, _flags, _mode):
        return -errno.EPERM

    def truncate(self, _path, _size):
        return 0

    def write(self, path, data, offset):
        report, attribute = self.find(path)
        if attribute == "privlevel":
            return self.choose_level(report, data)
        report.pending = (report.pending or b"")[:offset] + data
        return len(data)

    def choose_level(self, report, data):
        level = int(data)
        if not self.floor <= level <= PRIVLEVEL_MAX:
            return -errno.EINVAL
        report.level = level
        report.generation += 1
        return len(data)

    def flush(self, path):
        report, attribute = self.find(path)
        if report is not None and attribute == "inblob":
            report.take()

    def read(self, path, size, offset):
        report, attribute = self.find(path)
        if report is None:
            return -errno.ENOENT
        content = self.content(report, attribute)
        return content if isinstance(content, int) else content[offset : offset + size]

    def content(self, report, attribute):
        if attribute == "generation":
            return b"%d\n" % report.generation
        if attribute == "provider":
            return self.provider.encode() + b"\n"
        if attribute == "privlevel_floor":
            return b"%d\n" % self.floor
        if len(report.inblob) != REPORT_DATA_BYTES:
            return -errno.EINVAL
        if report.level < self.floor:
            return -errno.EIO
        if self.busy_left > 0:
            self.busy_left -= 1
            return -errno.EBUSY
        if self.scenario == "raced":
            report.generation += 1
        return self.out(report) if attribute == "outblob" else self.aux()

    def out(self, report):
        snp = self.provider == "sev_guest"
        length = SNP_REPORT_BYTES if snp else TDX_QUOTE_BYTES
        offset = SNP_REPORT_DATA_OFFSET if snp else TDX_REPORT_DATA_OFFSET
        blob = bytearray(b"\x5e" * length)
        blob[offset : offset + REPORT_DATA_BYTES] = report.inblob
        return bytes(blob)

    def aux(self):
        return b"\xce" * 5000 if self.provider == "sev_guest" else b""


def main():
    fake = FakeTsm(*sys.argv[1:4])
    fake.main()
    print("left", len(fake.reports), flush=True)


main()
