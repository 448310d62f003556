/* stamp FILE MILLISECONDS: appends to FILE the moments of its start and of its end (CLOCK_MONOTONIC, ns). */

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int main(int count, char **words)
{
    int64_t stamps[2] = {now_ns(), 0};
    if (count != 3)
        return 2;
    long milliseconds = atol(words[2]);
    struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    int file = open(words[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    nanosleep(&pause, NULL);
    stamps[1] = now_ns();
    _exit(write(file, stamps, sizeof stamps) != sizeof stamps);
}
