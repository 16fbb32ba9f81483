"""What each kernel on Binder runs first (start tells Python so): after every cell it gives freed
memory back to the system.

glibc keeps what a program frees as long as something that is still held lies above it, as models
lie above the data of a training that is over. malloc_trim gives it back page by page, in some
milliseconds. Done after a cell and not at once, for a training frees and takes the same memory at
every step. Where there is no such function (other systems than Linux with glibc) nothing is done.
"""


def give_memory_back_after_cells() -> None:
    import ctypes
    import sys

    if "IPython" not in sys.modules:  # a plain Python of a terminal
        return
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return

    def give_memory_back(_result) -> None:
        trim(ctypes.c_size_t(0))

    sys.modules["IPython"].get_ipython().events.register("post_run_cell", give_memory_back)


give_memory_back_after_cells()
del give_memory_back_after_cells  # the cells share these names
