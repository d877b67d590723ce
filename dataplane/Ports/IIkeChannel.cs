using System.Net;
using System.Threading.Channels;

namespace IpsecDp.Ports;

/// <summary>Where IKE messages enter and leave; on port 4500 the non-ESP marker is already off (RFC 3948 §2.2).</summary>
public interface IIkeChannel
{
    /// <summary>Messages as they arrived; bounded, the oldest stays when it is full and the loss is counted.</summary>
    ChannelReader<IkeDatagram> Received { get; }

    /// <summary>Sends one message to the peer; false when the socket refuses it.</summary>
    bool TrySend(ReadOnlySpan<byte> message, IPEndPoint local, IPEndPoint remote);
}
