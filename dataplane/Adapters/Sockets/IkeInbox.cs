using System.Threading.Channels;
using IpsecDp.Ports;

namespace IpsecDp.Adapters.Sockets;

/// <summary>IKE messages that came by the sockets of one port, until their reader takes them; written by the port's thread.</summary>
internal sealed class IkeInbox(int limit)
{
    private readonly Channel<IkeDatagram> _messages = Channel.CreateBounded<IkeDatagram>(new BoundedChannelOptions(limit) { SingleWriter = true });
    private long _received;
    private long _dropped;

    /// <summary>The messages as they arrived.</summary>
    public ChannelReader<IkeDatagram> Reader => _messages.Reader;

    /// <summary>Messages taken in.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Messages that found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Whether one more has room; looked at before a message is copied, so that a flood costs no memory. One that has none counts as dropped.</summary>
    public bool TakesAnother()
    {
        if (_messages.Reader.Count < limit)
        {
            return true;
        }

        _dropped++;
        return false;
    }

    /// <summary>Adds a message.</summary>
    public void Add(IkeDatagram message)
    {
        if (_messages.Writer.TryWrite(message))
        {
            _received++;
            return;
        }

        _dropped++;
    }

    /// <summary>No more will come.</summary>
    public void End() => _messages.Writer.TryComplete();
}
