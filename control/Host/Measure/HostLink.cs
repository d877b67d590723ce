using IpsecDp.Ports;
using IpsecDp.Ports.Memory;

namespace IpsecDp.Host.Measure;

/// <summary>Where the cipher side of a measured host leads.</summary>
internal sealed class HostLink : IDisposable
{
    private const int Precedences = 8;

    private HostLink(bool isLoop, IReadOnlyList<ICipherPort> ports) => (IsLoop, Ports) = (isLoop, ports);

    /// <summary>Whether what is sealed comes back to be opened.</summary>
    public bool IsLoop { get; }

    /// <summary>The ports of the data plane; of a loop the first sends and the second receives.</summary>
    public IReadOnlyList<ICipherPort> Ports { get; }

    /// <summary>Packets that left.</summary>
    public long Sent => Ports[0].Stats.SentPackets;

    /// <summary>Packets that found the link full, by the IP precedence of their outer header.</summary>
    public IEnumerable<(int Precedence, long Packets)> Refused =>
        Ports[0] is MemoryCipherPort port ? Enumerable.Range(0, Precedences).Select(precedence => (precedence, port.RefusedOf(precedence))) : [];

    /// <summary>Back to the host itself, over a link with a queue for each precedence that drops what finds it full.</summary>
    public static HostLink Loop()
    {
        var (near, far) = MemoryCipherLink.Create(new MemoryPortOptions { Name = "link", Mtu = MeasuredHost.LinkMtu, QueueLength = OfferedPort.RingLength, DropsWhenFull = true, QueuesByPrecedence = true, RestoresRoom = false });
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
