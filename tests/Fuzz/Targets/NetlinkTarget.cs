using IpsecDp.Adapters.Linux.Nfqueue;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="NetlinkMessage"/>, <see cref="NetlinkAttributes"/> and <see cref="QueuedPacket"/>.</summary>
public sealed class NetlinkTarget() : WireTarget("netlink")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        ReadOnlySpan<byte> datagram = octets;
        while (true)
        {
            var left = datagram.Length;
            if (!NetlinkMessage.TryTake(ref datagram, out var message))
            {
                break;
            }

            Promise.Holds(datagram.Length < left && message.Octets.Length <= left, "a message takes its octets with it");
            _ = (message.Type, message.Sequence, message.Error);
            if (QueuedPacket.TryRead(message, out var packet))
            {
                Promise.Holds(message.Type == QueueNumbers.PacketMessage, "only a packet's message names a packet");
                Promise.Holds(packet.Octets.IsEmpty || message.Octets.Overlaps(packet.Octets), "the packet lies in its message");
                Promise.Holds(packet.Octets.Length < message.Body.Length, "and is shorter than it");
            }
        }
    }
}
