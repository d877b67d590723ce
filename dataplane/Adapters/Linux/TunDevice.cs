using System.Runtime.CompilerServices;
using System.Text;

namespace IpsecDp.Adapters.Linux;

/// <summary>A TUN interface with its queues; the interface goes when all of them are disposed, unless somebody made it persistent.</summary>
public sealed class TunDevice : IDisposable
{
    private readonly TunPort[] _ports;

    private TunDevice(string name, TunPort[] ports, IReadOnlyList<OffloadFeature> features)
    {
        Name = name;
        _ports = ports;
        Features = features;
    }

    /// <summary>The interface's name.</summary>
    public string Name { get; }

    /// <summary>One port per queue.</summary>
    public IReadOnlyList<TunPort> Ports => _ports;

    /// <summary>What the kernel granted.</summary>
    public IReadOnlyList<OffloadFeature> Features { get; }

    /// <summary>The same in one line.</summary>
    public string FeatureLine => OffloadFeature.Describe($"tun:{Name}", Features);

    /// <summary>Makes the interface in the calling thread's network namespace, gives it its addresses and brings it up; throws <see cref="AdapterException"/>.</summary>
    public static TunDevice Open(TunOptions options)
    {
        ThrowIfImpossible(options);
        var descriptors = new List<int>();
        var ports = new List<TunPort>();
        try
        {
            var sorted = OpenSorted(descriptors, options, out var unsortedBecause);
            var name = sorted ?? TunQueue.Open(descriptors, options);
            var granted = TunQueue.NegotiateOffloads(descriptors[0], options.Disabled) | (sorted is null ? 0 : TunOffloads.Precedence);
            for (var queue = 0; queue < options.Queues; queue++)
            {
                var port = new TunPort(descriptors[0], sorted is null ? null : descriptors[1], name, queue, options, granted);
                ports.Add(port);
                descriptors.RemoveRange(0, port.Descriptors);
            }

            Configure(name, options);
            return new TunDevice(name, [.. ports], TunQueue.Describe(granted, options.Disabled, unsortedBecause));
        }
        catch (AdapterException)
        {
            ports.ForEach(port => port.Dispose());
            descriptors.ForEach(descriptor => _ = Libc.Close(descriptor));
            throw;
        }
    }

    /// <summary>Disposes every queue.</summary>
    public void Dispose()
    {
        foreach (var port in _ports)
        {
            port.Dispose();
        }
    }

    // With several queues the kernel keeps a flow with the thread it answers by, which a program of ours could not.
    private static string? OpenSorted(List<int> descriptors, TunOptions options, out string reason)
    {
        reason = options.Queues == 1 ? "disabled by option" : "with one queue only";
        return options.Queues == 1 && (options.Disabled & TunOffloads.Precedence) == 0 ? TunQueue.TryOpenSorted(descriptors, options, out reason) : null;
    }

    private static void ThrowIfImpossible(TunOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new AdapterException("a TUN port needs Linux: on Windows take the Wintun or the WinDivert port.");
        }

        if (options.Name.Length is 0 or > InterfaceRequest.NameLength || !Ascii.IsValid(options.Name) || options.Name.AsSpan().ContainsAny("/ :"))
        {
            throw new AdapterException($"\"{options.Name}\" cannot name an interface: choose 1 to {InterfaceRequest.NameLength} ASCII characters without slash, colon and space.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Queues);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Mtu);
    }

    private static void Configure(string name, TunOptions options)
    {
        var index = RtNetlink.IndexOf(name);
        using var netlink = new RtNetlink();
        netlink.BringUp(name, index, options.Mtu);
        foreach (var address in options.Addresses)
        {
            netlink.AddAddress(name, index, address);
        }
    }
}
