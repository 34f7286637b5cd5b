/* Bytes that the process has allocated. */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

/* Those there are now; from here on the peak is told. */
long
memory_mark(void);
long
memory_peak(void);

#endif
