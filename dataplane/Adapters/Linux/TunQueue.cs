using System.Runtime.CompilerServices;

namespace IpsecDp.Adapters.Linux;

/// <summary>The ioctl conversation by which descriptors become queues of a TUN device (tuntap.rst of the kernel).</summary>
internal static unsafe class TunQueue
{
    private const uint SetInterface = 0x400454CA;
    private const uint SetOffload = 0x400454D0;
    private const uint SetHeaderSize = 0x400454D8;
    private const uint SetSteering = 0x800454E0;

    private const ushort Tun = 0x0001;
    private const ushort MultiQueue = 0x0100;
    private const ushort NoPacketInformation = 0x1000;
    private const ushort VirtioHeaders = 0x4000;
    private const ushort Exclusively = 0x8000;

    private const TunOffloads Negotiable = TunOffloads.Checksum | TunOffloads.Tso4 | TunOffloads.Tso6 | TunOffloads.Uso4 | TunOffloads.Uso6;

    // The dearest wish goes first. The kernel knows USO for both versions or for neither, so both orders of the two come to the same.
    private static readonly TunOffloads[] Sacrifices = [TunOffloads.Uso6, TunOffloads.Uso4, TunOffloads.Tso6, TunOffloads.Tso4, TunOffloads.Checksum];

    /// <summary>Opens every queue, adding each descriptor as it comes, and gives the interface's name.</summary>
    public static string Open(List<int> descriptors, TunOptions options)
    {
        var name = options.Name;
        var flags = (ushort)(Tun | NoPacketInformation | VirtioHeaders | (options.Queues > 1 ? MultiQueue : 0));
        for (var queue = 0; queue < options.Queues; queue++)
        {
            // Without it, a first queue would join another process's interface of that name.
            name = OpenOne(descriptors, name, (ushort)(flags | (queue == 0 && options.Queues > 1 ? Exclusively : 0)));
        }

        return name;
    }

    /// <summary>Opens a queue for routine packets and one for marked ones, in this order, and gives the interface's name; null, with no descriptor left and the reason, where the kernel does not sort. An interface that exists already has one queue.</summary>
    public static string? TryOpenSorted(List<int> descriptors, TunOptions options, out string reason)
    {
        var program = SteeringProgram.TryLoad();
        if (program < 0)
        {
            reason = $"no eBPF program: {Errno.Text(-program)}";
            return null;
        }

        try
        {
            const ushort Flags = Tun | NoPacketInformation | VirtioHeaders | MultiQueue;
            reason = "the interface is there and has one queue";
            if (TryOpenOne(descriptors, options.Name, Flags | Exclusively, out _) is { } name && TryOpenOne(descriptors, name, Flags, out _) is not null)
            {
                reason = Libc.Control(descriptors[0], SetSteering, &program) == 0 ? "" : $"TUNSETSTEERINGEBPF: {Errno.Text(Libc.LastError)}";
                if (reason.Length == 0)
                {
                    return name;
                }
            }
        }
        finally
        {
            // The device holds the program from here on.
            _ = Libc.Close(program);
        }

        descriptors.ForEach(static descriptor => _ = Libc.Close(descriptor));
        descriptors.Clear();
        return null;
    }

    /// <summary>Asks for all that is not disabled and gives up one by one what the kernel refuses.</summary>
    public static TunOffloads NegotiateOffloads(int descriptor, TunOffloads disabled)
    {
        var wanted = Sanitized(Negotiable & ~disabled);
        foreach (var sacrifice in Sacrifices)
        {
            if (Libc.Control(descriptor, SetOffload, (void*)(nuint)(uint)wanted) == 0)
            {
                break;
            }

            wanted = Sanitized(wanted & ~sacrifice);
        }

        return wanted | (~disabled & (TunOffloads.MergeTcp | TunOffloads.MergeUdp));
    }

    /// <summary>What was granted, and why not where it was not.</summary>
    public static IReadOnlyList<OffloadFeature> Describe(TunOffloads granted, TunOffloads disabled, string unsortedBecause)
    {
        var features = new List<OffloadFeature>();
        foreach (var offload in Enum.GetValues<TunOffloads>())
        {
            if (offload is TunOffloads.None or TunOffloads.All)
            {
                continue;
            }

            var isOn = (granted & offload) != 0;
            var reason = isOn ? "" : (disabled & offload) != 0 ? "disabled by option" : offload == TunOffloads.Precedence ? unsortedBecause : "the kernel refuses it or what it rests on";
            features.Add(new OffloadFeature(offload.ToString().ToLowerInvariant(), isOn, reason));
        }

        return features;
    }

    // A superframe's checksums are always open, so segmentation rests on checksum offload; USO is one switch in the kernel.
    private static TunOffloads Sanitized(TunOffloads offloads)
    {
        if ((offloads & TunOffloads.Checksum) == 0)
        {
            return TunOffloads.None;
        }

        const TunOffloads Uso = TunOffloads.Uso4 | TunOffloads.Uso6;
        return (offloads & Uso) == Uso ? offloads : offloads & ~Uso;
    }

    private static int OpenDevice()
    {
        int descriptor;
        fixed (byte* path = "/dev/net/tun\0"u8)
        {
            descriptor = Libc.Open(path, Libc.ReadWrite | Libc.NonBlocking | Libc.CloseOnExec);
        }

        if (descriptor >= 0)
        {
            return descriptor;
        }

        var error = Libc.LastError;
        throw new AdapterException(error switch
        {
            Errno.NotFound or Errno.NoDevice or Errno.NoSuchDeviceOrAddress => "/dev/net/tun is missing: load the tun module (modprobe tun) or pass the device into the container.",
            Errno.AccessDenied or Errno.NotPermitted => "/dev/net/tun may not be opened: run as root or with CAP_NET_ADMIN.",
            _ => $"/dev/net/tun cannot be opened ({Errno.Text(error)}): look at its permissions and the limit of open files.",
        });
    }

    private static string OpenOne(List<int> descriptors, string name, ushort flags) =>
        TryOpenOne(descriptors, name, flags, out var error) ?? throw new AdapterException(error switch
        {
            Errno.NotPermitted or Errno.AccessDenied => $"interface {name} may not be made: run as root or with CAP_NET_ADMIN in this network namespace.",
            // One that sorts has two queues, and so is of another kind to who asks for one.
            Errno.Busy => $"interface {name} is in use by another process: stop it or choose another name.",
            Errno.Invalid when InterfaceRequest.IsTun(name) => $"interface {name} is in use by another process: stop it or choose another name.",
            Errno.Invalid or Errno.Exists => $"interface {name} exists and is of another kind: remove it (ip link del {name}) or choose another name.",
            _ => $"interface {name} cannot be made ({Errno.Text(error)}): look at the kernel's log.",
        });

    // Null with the error number where the interface is not to be had; the descriptor is the list's in any case.
    private static string? TryOpenOne(List<int> descriptors, string name, ushort flags, out int error)
    {
        var descriptor = OpenDevice();
        descriptors.Add(descriptor);
        Span<byte> request = stackalloc byte[InterfaceRequest.Length];
        InterfaceRequest.WriteName(request, name);
        Unsafe.WriteUnaligned(ref request[InterfaceRequest.ValueAt], flags);
        fixed (byte* octets = request)
        {
            error = Libc.Control(descriptor, SetInterface, octets) == 0 ? 0 : Libc.LastError;
        }

        if (error != 0)
        {
            return null;
        }

        var attached = InterfaceRequest.ReadName(request);
        var size = VirtioHeader.Size;
        return Libc.Control(descriptor, SetHeaderSize, &size) == 0
            ? attached
            : throw new AdapterException($"the kernel refuses virtio headers on {attached} ({Errno.Text(Libc.LastError)}): it needs TUN with IFF_VNET_HDR, Linux 3.x or later.");
    }
}
