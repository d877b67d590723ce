using System.Net;
using System.Threading.Channels;
using IpsecDp.Ports;

namespace Control.Tests.Daemon.Ike;

/// <summary>One end of a pair of IKE channels in memory; what one sends the other receives.</summary>
internal sealed class MemoryChannel : IIkeChannel
{
    private readonly Channel<IkeDatagram> _received = Channel.CreateUnbounded<IkeDatagram>();
    private long _sent;

    private MemoryChannel(IPEndPoint local) => Local = local;

    public IPEndPoint Local { get; }

    public MemoryChannel? Peer { get; private set; }

    /// <summary>Whether what is sent gets lost.</summary>
    public bool IsCut { get; set; }

    public long Sent => Interlocked.Read(ref _sent);

    public ChannelReader<IkeDatagram> Received => _received.Reader;

    public static (MemoryChannel A, MemoryChannel B) Pair(IPEndPoint a, IPEndPoint b)
    {
        var (one, two) = (new MemoryChannel(a), new MemoryChannel(b));
        (one.Peer, two.Peer) = (two, one);
        return (one, two);
    }

    public bool TrySend(ReadOnlySpan<byte> message, IPEndPoint local, IPEndPoint remote)
    {
        Interlocked.Increment(ref _sent);
        return IsCut || (remote.Equals(Peer!.Local) && Peer._received.Writer.TryWrite(new IkeDatagram(message.ToArray(), remote, local)));
    }

    /// <summary>A datagram of somebody else arrives.</summary>
    public void Inject(byte[] message, IPEndPoint from) => _received.Writer.TryWrite(new IkeDatagram([.. message], Local, from));

    /// <summary>Its socket is gone.</summary>
    public void Close() => _received.Writer.Complete();
}
