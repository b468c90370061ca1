# SPDX-License-Identifier: Apache-2.0
"""Writers that are not ours make the inputs.

Each module has FILES: a name for each file and the function that writes it to a path.
"""


class Files(dict):
    """Collects functions that write one file each: `@FILES` or `@FILES.many({suffix: argument})`."""

    def __call__(self, write):
        self[write.__name__] = write
        return write

    def many(self, variants):
        """One file per variant; the function gets the variant's argument after the path."""

        def collect(write):
            for suffix, argument in variants.items():
                self[f"{write.__name__}_{suffix}"] = lambda path, a=argument: write(path, a)
            return write

        return collect

    def write(self, folder):
        folder.mkdir(parents=True)
        for name, write in self.items():
            write(folder / f"{name}.parquet")
