// A stand-in for WinDivert's device under Wine, so that the real WinDivert.dll has a driver to talk to: handles in a chain by priority,
// their filters, queues, and what closing gives back. It carries packets between handles only and touches no network.
// Wine runs a driver as a process of its own; never load this on Windows.
#include <ddk/ntddk.h>

typedef unsigned char U8;
typedef unsigned short U16;
typedef unsigned int U32;
typedef unsigned long long U64;

enum { HANDLES = 64, ADDRESS = 80, MOST_ADDRESSES = 255, INSTRUCTION = 24, MOST_INSTRUCTIONS = 256 };
enum { SNIFF = 1, DROP = 2, RECEIVE_ONLY = 4, SEND_ONLY = 8 };
enum { OUTBOUND = 2, LOOPBACK = 4, IMPOSTOR = 8 };
enum { SHUT_RECEIVE = 1, SHUT_SEND = 2 };
enum { TAG = 0x57647664, MAY_READ_AND_WRITE = 0x38 };

#define CONTROL(function, method, access) CTL_CODE(FILE_DEVICE_NETWORK, function, method, access)
#define READ_WRITE (FILE_READ_DATA | FILE_WRITE_DATA)
#define INITIALIZE CONTROL(0x921, METHOD_OUT_DIRECT, READ_WRITE)
#define STARTUP CONTROL(0x922, METHOD_IN_DIRECT, READ_WRITE)
#define RECEIVE CONTROL(0x923, METHOD_OUT_DIRECT, FILE_READ_DATA)
#define SEND CONTROL(0x924, METHOD_IN_DIRECT, READ_WRITE)
#define SET_PARAMETER CONTROL(0x925, METHOD_IN_DIRECT, READ_WRITE)
#define GET_PARAMETER CONTROL(0x926, METHOD_OUT_DIRECT, FILE_READ_DATA)
#define SHUTDOWN CONTROL(0x927, METHOD_IN_DIRECT, READ_WRITE)
#define MAGIC_OF_LIBRARY 0x4C4C447669645724ull
#define MAGIC_OF_DRIVER 0x5359537669645723ull

struct packet { struct packet *next; U8 address[ADDRESS]; U32 length; U8 octets[1]; };
struct request { struct request *next; IRP *irp; U8 *room; U32 roomLength; U64 addresses, addressLength; U32 process; };

// What the DLL compiles a filter to: a test and where to go on.
struct instruction { U32 field : 11, test : 5, success : 16, failure : 16, negative : 1, unused : 15, value[4]; };

struct handle {
    int isUsed, isStarted, shut;
    FILE_OBJECT *file;
    U64 priority, flags, queueLength, queueTime, queueSize;
    U32 instructions;
    struct instruction filter[MOST_INSTRUCTIONS];
    struct packet *first, **last;
    U64 queued;
    struct request *firstRequest, **lastRequest;
};

static struct handle handles[HANDLES];
static KSPIN_LOCK gate;
static U32 opened;
static DEVICE_OBJECT *device;

// Addresses lie in the caller's process, which the real driver maps and a process under Wine reads across.
static HANDLE(__stdcall *OpenProcess)(ULONG, int, ULONG);
static int(__stdcall *ReadProcessMemory)(HANDLE, const void *, void *, SIZE_T, SIZE_T *);
static int(__stdcall *WriteProcessMemory)(HANDLE, void *, const void *, SIZE_T, SIZE_T *);
static int(__stdcall *CloseHandle)(HANDLE);

static void copy(void *to, const void *from, SIZE_T length)
{
    U8 *a = to;
    const U8 *b = from;
    while (length--) *a++ = *b++;
}

static int matches_filter(const struct handle *handle, const U8 *octets, U32 length, const U8 *address);
static int is_known(U32 field);

static struct handle *find(FILE_OBJECT *file)
{
    for (int i = 0; i < HANDLES; i++) if (handles[i].isUsed && handles[i].file == file) return &handles[i];
    return 0;
}

static NTSTATUS done(IRP *irp, NTSTATUS status, ULONG_PTR octets)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = octets;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static void take_first(struct handle *handle)
{
    struct packet *packet = handle->first;
    handle->first = packet->next;
    if (!handle->first) handle->last = &handle->first;
    handle->queued--;
    ExFreePoolWithTag(packet, TAG);
}

static void answer(struct handle *handle, struct request *request)
{
    U32 most = ADDRESS, used = 0, octets = 0;
    NTSTATUS status = STATUS_SUCCESS;
    SIZE_T ignored;
    HANDLE process = OpenProcess(MAY_READ_AND_WRITE, 0, request->process);
    if (request->addressLength) ReadProcessMemory(process, (void *)request->addressLength, &most, sizeof most, &ignored);
    if (most < ADDRESS || most > MOST_ADDRESSES * ADDRESS) status = STATUS_INVALID_PARAMETER;
    while (!status && handle->first && used + ADDRESS <= most) {
        struct packet *packet = handle->first;
        U32 length = packet->length;
        if (length > request->roomLength - octets) {
            if (used) break;
            status = STATUS_BUFFER_TOO_SMALL;
            length = request->roomLength;
        }
        copy(request->room + octets, packet->octets, length);
        octets += length;
        if (request->addresses) WriteProcessMemory(process, (void *)(request->addresses + used), packet->address, ADDRESS, &ignored);
        used += ADDRESS;
        take_first(handle);
    }
    if (request->addressLength) WriteProcessMemory(process, (void *)request->addressLength, &used, sizeof used, &ignored);
    CloseHandle(process);
    done(request->irp, status, octets);
    ExFreePoolWithTag(request, TAG);
}

// Serves waiting readers; the gate is held.
static void serve(struct handle *handle)
{
    while (handle->firstRequest && (handle->first || (handle->shut & SHUT_RECEIVE))) {
        struct request *request = handle->firstRequest;
        handle->firstRequest = request->next;
        if (!handle->firstRequest) handle->lastRequest = &handle->firstRequest;
        if (handle->first) {
            answer(handle, request);
        } else {
            done(request->irp, STATUS_PIPE_EMPTY, 0);
            ExFreePoolWithTag(request, TAG);
        }
    }
}

static void enqueue(struct handle *handle, const U8 *octets, U32 length, const U8 *address)
{
    struct packet *packet = ExAllocatePoolWithTag(NonPagedPool, sizeof *packet + length, TAG);
    if (!packet) return;
    packet->next = 0;
    packet->length = length;
    copy(packet->octets, octets, length);
    copy(packet->address, address, ADDRESS);
    *handle->last = packet;
    handle->last = &packet->next;
    if (++handle->queued > handle->queueLength) take_first(handle);
    serve(handle);
}

// Offers a packet to the handles below a priority, the highest first, until one takes it; what nobody takes has left.
static void offer(U64 below, const U8 *octets, U32 length, const U8 *address)
{
    for (;;) {
        struct handle *next = 0;
        for (int i = 0; i < HANDLES; i++) {
            struct handle *handle = &handles[i];
            if (handle->isStarted && !(handle->shut & SHUT_RECEIVE) && handle->priority < below && (!next || handle->priority > next->priority)
                && matches_filter(handle, octets, length, address)) next = handle;
        }
        if (!next) return;
        if (!(next->flags & DROP)) enqueue(next, octets, length, address);
        if (!(next->flags & SNIFF)) return;
        below = next->priority;
    }
}

static U32 length_of(const U8 *octets, U32 left)
{
    if (left < 20) return 0;
    switch (octets[0] >> 4) {
    case 4: return octets[2] << 8 | octets[3];
    case 6: return (octets[4] << 8 | octets[5]) + 40;
    default: return 0;
    }
}

static NTSTATUS send(struct handle *handle, const U8 *octets, U32 left, U64 addresses, U64 addressLength, U32 process, ULONG_PTR *sent)
{
    NTSTATUS status = STATUS_SUCCESS;
    SIZE_T ignored;
    if (handle->shut & SHUT_SEND) return STATUS_PIPE_EMPTY;
    if ((handle->flags & RECEIVE_ONLY) || addressLength < ADDRESS || addressLength > MOST_ADDRESSES * ADDRESS) return STATUS_INVALID_PARAMETER;
    HANDLE caller = OpenProcess(MAY_READ_AND_WRITE, 0, process);
    for (U64 at = 0; !status && at + ADDRESS <= addressLength; at += ADDRESS) {
        U8 address[ADDRESS];
        U32 length = length_of(octets + *sent, left);
        if (left < 20 || length > left) status = STATUS_BUFFER_TOO_SMALL;
        else if (!length) status = STATUS_INVALID_PARAMETER;
        else {
            ReadProcessMemory(caller, (void *)(addresses + at), address, ADDRESS, &ignored);
            // The version is the packet's, whatever the sender says.
            address[10] = (U8)((address[10] & ~16) | (octets[*sent] >> 4 == 6 ? 16 : 0));
            offer(handle->priority, octets + *sent, length, address);
            *sent += length;
            left -= length;
        }
    }
    CloseHandle(caller);
    return status;
}

static NTSTATUS start(struct handle *handle, const U8 *program, U32 length)
{
    if (length % INSTRUCTION || length / INSTRUCTION > MOST_INSTRUCTIONS) return STATUS_INVALID_PARAMETER;
    handle->instructions = length / INSTRUCTION;
    copy(handle->filter, program, length);
    for (U32 i = 0; i < handle->instructions; i++) if (!is_known(handle->filter[i].field) || handle->filter[i].negative) return STATUS_NOT_SUPPORTED;
    handle->isStarted = 1;
    return STATUS_SUCCESS;
}

static NTSTATUS set(struct handle *handle, U32 parameter, U64 value)
{
    static const U64 least[] = {32, 100, 65535}, most[] = {16384, 16000, 33554432};
    if (parameter > 2 || value < least[parameter] || value > most[parameter]) return STATUS_INVALID_PARAMETER;
    (&handle->queueLength)[parameter] = value;
    return STATUS_SUCCESS;
}

static NTSTATUS initialize(struct handle *handle, const U8 *in, U8 *out, U32 outLength)
{
    const U64 magic = MAGIC_OF_DRIVER;
    const U32 version[] = {2, 2, 64};
    if (outLength < 64 || *(U64 *)out != MAGIC_OF_LIBRARY) return STATUS_INVALID_PARAMETER;
    // Of two handles of one priority the later opened is the higher.
    handle->priority = (U64)*(U32 *)(in + 4) << 16 | (++opened & 0xFFFF);
    handle->flags = *(U64 *)(in + 8);
    copy(out, &magic, sizeof magic);
    copy(out + 8, version, sizeof version);
    return STATUS_SUCCESS;
}

static NTSTATUS receive(struct handle *handle, IRP *irp, const U8 *in, U8 *out, U32 outLength, U32 process)
{
    if (handle->flags & SEND_ONLY) return STATUS_INVALID_PARAMETER;
    struct request *request = ExAllocatePoolWithTag(NonPagedPool, sizeof *request, TAG);
    if (!request) return STATUS_INSUFFICIENT_RESOURCES;
    *request = (struct request){0, irp, out, outLength, *(U64 *)in, *(U64 *)(in + 8), process};
    IoMarkIrpPending(irp);
    *handle->lastRequest = request;
    handle->lastRequest = &request->next;
    serve(handle);
    return STATUS_PENDING;
}

static NTSTATUS __stdcall on_create(DEVICE_OBJECT *unused, IRP *irp)
{
    KIRQL level;
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    KeAcquireSpinLock(&gate, &level);
    for (int i = 0; status && i < HANDLES; i++) {
        struct handle *handle = &handles[i];
        if (handle->isUsed) continue;
        handle->isUsed = 1;
        handle->isStarted = handle->shut = 0;
        handle->file = IoGetCurrentIrpStackLocation(irp)->FileObject;
        handle->queueLength = 4096, handle->queueTime = 2000, handle->queueSize = 4194304, handle->queued = 0;
        handle->first = 0, handle->last = &handle->first;
        handle->firstRequest = 0, handle->lastRequest = &handle->firstRequest;
        status = STATUS_SUCCESS;
    }
    KeReleaseSpinLock(&gate, level);
    return done(irp, status, 0);
}

static NTSTATUS __stdcall on_close(DEVICE_OBJECT *unused, IRP *irp)
{
    KIRQL level;
    KeAcquireSpinLock(&gate, &level);
    struct handle *handle = find(IoGetCurrentIrpStackLocation(irp)->FileObject);
    if (handle) {
        handle->isStarted = 0;
        while (handle->firstRequest) {
            struct request *request = handle->firstRequest;
            handle->firstRequest = request->next;
            done(request->irp, STATUS_CANCELLED, 0);
            ExFreePoolWithTag(request, TAG);
        }
        // As the driver does: what waits goes on its way below, unprotected.
        while (handle->first) {
            offer(handle->priority, handle->first->octets, handle->first->length, handle->first->address);
            take_first(handle);
        }
        handle->isUsed = 0;
    }
    KeReleaseSpinLock(&gate, level);
    return done(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS control(struct handle *handle, IRP *irp, U32 code, U8 *in, U8 *out, U32 outLength, ULONG_PTR *octets)
{
    U32 process = (U32)(ULONG_PTR)PsGetCurrentProcessId(), parameter = *(U32 *)in;
    switch (code) {
    case INITIALIZE: *octets = 64; return initialize(handle, in, out, outLength);
    case STARTUP: return start(handle, out, outLength);
    case RECEIVE: return receive(handle, irp, in, out, outLength, process);
    case SEND: return send(handle, out, outLength, *(U64 *)in, *(U64 *)(in + 8), process, octets);
    case SET_PARAMETER: return set(handle, *(U32 *)(in + 8), *(U64 *)in);
    case GET_PARAMETER:
        if (parameter > 4 || outLength < 8) return STATUS_INVALID_PARAMETER;
        *(U64 *)out = parameter > 2 ? 2 : (&handle->queueLength)[parameter];
        *octets = 8;
        return STATUS_SUCCESS;
    case SHUTDOWN:
        if (parameter < SHUT_RECEIVE || parameter > (SHUT_RECEIVE | SHUT_SEND)) return STATUS_INVALID_PARAMETER;
        handle->shut |= parameter;
        serve(handle);
        return STATUS_SUCCESS;
    default: return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static NTSTATUS __stdcall on_control(DEVICE_OBJECT *unused, IRP *irp)
{
    IO_STACK_LOCATION *place = IoGetCurrentIrpStackLocation(irp);
    U8 *in = irp->AssociatedIrp.SystemBuffer, *out = irp->MdlAddress ? MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority) : 0;
    ULONG_PTR octets = 0;
    KIRQL level;
    KeAcquireSpinLock(&gate, &level);
    struct handle *handle = find(place->FileObject);
    NTSTATUS status = !handle || place->Parameters.DeviceIoControl.InputBufferLength < 16
        ? STATUS_INVALID_PARAMETER
        : control(handle, irp, place->Parameters.DeviceIoControl.IoControlCode, in, out, out ? place->Parameters.DeviceIoControl.OutputBufferLength : 0, &octets);
    KeReleaseSpinLock(&gate, level);
    return status == STATUS_PENDING ? status : done(irp, status, status ? 0 : octets);
}

#include "filter.h"
#include "kernel32.h"

static void __stdcall on_unload(DRIVER_OBJECT *driver)
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WinDivert");
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(device);
}

NTSTATUS __stdcall DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *path)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WinDivert"), link = RTL_CONSTANT_STRING(L"\\DosDevices\\WinDivert");
    OpenProcess = export_of_kernel32("OpenProcess");
    ReadProcessMemory = export_of_kernel32("ReadProcessMemory");
    WriteProcessMemory = export_of_kernel32("WriteProcessMemory");
    CloseHandle = export_of_kernel32("CloseHandle");
    if (!OpenProcess || !ReadProcessMemory || !WriteProcessMemory || !CloseHandle) return STATUS_NOT_FOUND;
    KeInitializeSpinLock(&gate);
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_NETWORK, 0, 0, &device);
    if (status) return status;
    IoCreateSymbolicLink(&link, &name);
    driver->MajorFunction[IRP_MJ_CREATE] = on_create;
    driver->MajorFunction[IRP_MJ_CLOSE] = on_close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = on_control;
    driver->DriverUnload = on_unload;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}
