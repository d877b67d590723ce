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
            var name = TunQueue.Open(descriptors, options);
            var granted = TunQueue.NegotiateOffloads(descriptors[0], options.Disabled);
            for (var queue = 0; queue < options.Queues; queue++)
            {
                ports.Add(new TunPort(descriptors[queue], name, queue, options, granted));
            }

            Configure(name, options);
            return new TunDevice(name, [.. ports], TunQueue.Describe(granted, options.Disabled));
        }
        catch (AdapterException)
        {
            ports.ForEach(port => port.Dispose());
            descriptors.Skip(ports.Count).ToList().ForEach(descriptor => _ = Libc.Close(descriptor));
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
