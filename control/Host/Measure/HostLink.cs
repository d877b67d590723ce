using IpsecDp.Ports;
using IpsecDp.Ports.Memory;

namespace IpsecDp.Host.Measure;

/// <summary>Where the cipher side of a measured host leads.</summary>
internal sealed class HostLink : IDisposable
{
    private HostLink(bool isLoop, IReadOnlyList<ICipherPort> ports) => (IsLoop, Ports) = (isLoop, ports);

    /// <summary>Whether what is sealed comes back to be opened.</summary>
    public bool IsLoop { get; }

    /// <summary>The ports of the data plane; of a loop the first sends and the second receives.</summary>
    public IReadOnlyList<ICipherPort> Ports { get; }

    /// <summary>Packets that left.</summary>
    public long Sent => Ports[0].Stats.SentPackets;

    /// <summary>Packets that found the link full.</summary>
    public long Refused => Ports.Sum(static port => port.Stats.SendFailures);

    /// <summary>Back to the host itself, over a link that drops when full.</summary>
    public static HostLink Loop()
    {
        var (near, far) = MemoryCipherLink.Create(new MemoryPortOptions { Name = "link", Mtu = MeasuredHost.LinkMtu, QueueLength = OfferedPort.RingLength, DropsWhenFull = true, RestoresRoom = false });
        return new HostLink(isLoop: true, [near, far]);
    }

    /// <summary>Nowhere: sealing alone.</summary>
    public static HostLink Sink() => new(isLoop: false, [new CipherSink(MeasuredHost.LinkMtu)]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var port in Ports)
        {
            port.Dispose();
        }
    }
}
