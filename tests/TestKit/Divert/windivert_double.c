/* WinDivert's exports for tests on Linux: what the DLL checks itself is checked here, all else is asked of the
   modelled driver over a Unix socket. A handle's own connection lives as long as the handle, so that the driver
   notices a process that dies. Errors are left in errno, which is what GetLastError is to the binding here. */
#include <alloca.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define ADDRESS 80
#define MOST 255
#define INVALID ((void *)-1)

struct handle { uint32_t id; int own; char path[108]; };
struct head { uint32_t op, id; uint64_t a, b; uint32_t length; } __attribute__((packed));
struct answer { int32_t error; uint32_t count; uint64_t value; uint32_t length; } __attribute__((packed));
struct link { int fd; char path[108]; };

static __thread char chosen[108];
static pthread_key_t links;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void unlink_thread(void *value) { close(((struct link *)value)->fd); free(value); }
static void make_key(void) { pthread_key_create(&links, unlink_thread); }

static int fail(int error) { errno = error; return 0; }

static int dial(const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) != 0) { close(fd); fd = -1; }
    return fd;
}

static int all(int fd, void *octets, size_t length, int is_write)
{
    char *at = octets;
    while (length > 0)
    {
        ssize_t n = is_write ? send(fd, at, length, MSG_NOSIGNAL) : recv(fd, at, length, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return 0;
        at += n;
        length -= (size_t)n;
    }
    return 1;
}

static int ask(int fd, uint32_t op, uint32_t id, uint64_t a, uint64_t b, const void *x, uint32_t x_length, const void *y, uint32_t y_length, struct answer *answer)
{
    struct head head = { op, id, a, b, x_length + y_length };
    return all(fd, &head, sizeof head, 1) && all(fd, (void *)x, x_length, 1) && all(fd, (void *)y, y_length, 1) && all(fd, answer, sizeof *answer, 0);
}

static int link_of(const char *path)
{
    struct link *link;
    pthread_once(&once, make_key);
    link = pthread_getspecific(links);
    if (link && strcmp(link->path, path) == 0) return link->fd;
    if (link) unlink_thread(link);
    link = calloc(1, sizeof *link);
    snprintf(link->path, sizeof link->path, "%s", path);
    link->fd = dial(path);
    pthread_setspecific(links, link);
    return link->fd;
}

static struct handle *valid(void *handle) { return handle == NULL || handle == INVALID ? NULL : handle; }

static int simple(void *handle, uint32_t op, uint64_t a, uint64_t b, uint64_t *value)
{
    struct handle *h = valid(handle);
    struct answer answer;
    if (!h) return fail(6);
    if (!ask(link_of(h->path), op, h->id, a, b, NULL, 0, NULL, 0, &answer)) return fail(995);
    if (value) *value = answer.value;
    return answer.error ? fail(answer.error) : 1;
}

/* Only tests call it: where this thread's next handles are opened. */
EXPORT void WinDivertDoubleUse(const char *path) { snprintf(chosen, sizeof chosen, "%s", path); }

EXPORT void *WinDivertOpen(const char *filter, int layer, int16_t priority, uint64_t flags)
{
    const char *path = chosen[0] ? chosen : getenv("WINDIVERT_DOUBLE");
    struct handle *h;
    struct answer answer;
    int fd = path ? dial(path) : -1;
    if (fd < 0) { errno = 2; return INVALID; }
    if (layer < 0 || layer > 1) { close(fd); errno = 87; return INVALID; }
    uint64_t a = (uint64_t)layer | (uint64_t)(uint16_t)priority << 16 | (uint64_t)(uint32_t)getpid() << 32;
    if (!ask(fd, 1, 0, a, flags, filter, (uint32_t)strlen(filter), NULL, 0, &answer)) answer.error = 995;
    if (answer.error) { close(fd); errno = answer.error; return INVALID; }
    h = calloc(1, sizeof *h);
    h->id = answer.count;
    h->own = fd;
    snprintf(h->path, sizeof h->path, "%s", path);
    return h;
}

EXPORT int WinDivertRecvEx(void *handle, void *packet, uint32_t length, uint32_t *received, uint64_t flags, void *addresses, uint32_t *address_length, void *overlapped)
{
    struct handle *h = valid(handle);
    struct answer answer;
    uint32_t count = 1, octets;
    if (!h) return fail(6);
    if (flags || overlapped) return fail(87);
    if (address_length)
    {
        if (!addresses || *address_length < ADDRESS || *address_length > MOST * ADDRESS) return fail(87);
        count = *address_length / ADDRESS;
    }
    int fd = link_of(h->path);
    if (!ask(fd, 2, h->id, length, count, NULL, 0, NULL, 0, &answer)) return fail(995);
    octets = answer.length - answer.count * ADDRESS;
    if (!all(fd, packet, octets, 0)) return fail(995);
    char *scratch = addresses ? addresses : alloca(MOST * ADDRESS);
    if (!all(fd, scratch, answer.count * ADDRESS, 0)) return fail(995);
    if (received) *received = octets;
    if (address_length) *address_length = answer.count * ADDRESS;
    return answer.error ? fail(answer.error) : 1;
}

EXPORT int WinDivertRecv(void *handle, void *packet, uint32_t length, uint32_t *received, void *address)
{
    return WinDivertRecvEx(handle, packet, length, received, 0, address, NULL, NULL);
}

EXPORT int WinDivertSendEx(void *handle, const void *packet, uint32_t length, uint32_t *sent, uint64_t flags, const void *addresses, uint32_t address_length, void *overlapped)
{
    struct handle *h = valid(handle);
    struct answer answer;
    if (!h) return fail(6);
    if (flags || overlapped || !addresses || address_length < ADDRESS || address_length > MOST * ADDRESS) return fail(87);
    if (!ask(link_of(h->path), 3, h->id, length, 0, packet, length, addresses, address_length / ADDRESS * ADDRESS, &answer)) return fail(995);
    if (sent) *sent = answer.error ? 0 : length;
    return answer.error ? fail(answer.error) : 1;
}

EXPORT int WinDivertSend(void *handle, const void *packet, uint32_t length, uint32_t *sent, const void *address)
{
    return WinDivertSendEx(handle, packet, length, sent, 0, address, ADDRESS, NULL);
}

EXPORT int WinDivertShutdown(void *handle, int how) { return simple(handle, 4, (uint64_t)how, 0, NULL); }

EXPORT int WinDivertSetParam(void *handle, int parameter, uint64_t value) { return simple(handle, 5, (uint64_t)parameter, value, NULL); }

EXPORT int WinDivertGetParam(void *handle, int parameter, uint64_t *value) { return simple(handle, 6, (uint64_t)parameter, 0, value); }

EXPORT int WinDivertClose(void *handle)
{
    struct handle *h = valid(handle);
    if (!h) return fail(6);
    close(h->own);
    free(h);
    return 1;
}

EXPORT int WinDivertHelperCompileFilter(const char *filter, int layer, char *object, uint32_t length, const char **error, uint32_t *at)
{
    const char *path = chosen[0] ? chosen : getenv("WINDIVERT_DOUBLE");
    struct answer answer = { .error = 87 };
    (void)object;
    (void)length;
    if (path && !ask(link_of(path), 7, 0, (uint64_t)layer, 0, filter, (uint32_t)strlen(filter), NULL, 0, &answer)) answer.error = 995;
    if (error) *error = answer.error ? "Filter expression parse error" : "No error";
    if (at) *at = 0;
    return answer.error ? fail(answer.error) : 1;
}
