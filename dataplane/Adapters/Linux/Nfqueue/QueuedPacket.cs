using System.Buffers.Binary;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>A packet the kernel holds for a verdict, as it tells of it (NFQNL_MSG_PACKET).</summary>
internal readonly ref struct QueuedPacket
{
    private const int FamilyHeaderLength = 4;
    private const int QueueAt = 2;
    private const int PacketHeaderLength = 7;
    private const int HookAt = 6;

    private QueuedPacket(ushort queue, uint id, byte hook, uint info, bool isCut, ReadOnlySpan<byte> octets)
    {
        Queue = queue;
        Id = id;
        Hook = hook;
        Info = info;
        IsCut = isCut;
        Octets = octets;
    }

    /// <summary>The queue it waits in.</summary>
    public ushort Queue { get; }

    /// <summary>Its number there, which the verdict names.</summary>
    public uint Id { get; }

    /// <summary>Where in the stack it was taken.</summary>
    public byte Hook { get; }

    /// <summary>What the kernel says of checksum and segments (NFQA_SKB_INFO).</summary>
    public uint Info { get; }

    /// <summary>Whether the kernel gave less than all of it.</summary>
    public bool IsCut { get; }

    /// <summary>The packet from its IP header on.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>Reads a message; false where it is no packet's, or so damaged that it names no packet to answer for.</summary>
    public static bool TryRead(in NetlinkMessage message, out QueuedPacket packet)
    {
        packet = default;
        if (message.Type != QueueNumbers.PacketMessage || message.Body.Length < FamilyHeaderLength)
        {
            return false;
        }

        var queue = BinaryPrimitives.ReadUInt16BigEndian(message.Body[QueueAt..]);
        var (isNamed, isCut, id, hook, info) = (false, false, 0u, (byte)0, 0u);
        ReadOnlySpan<byte> octets = default;
        var attributes = new NetlinkAttributes(message.Body[FamilyHeaderLength..]);
        while (attributes.MoveNext())
        {
            var content = attributes.Content;
            switch (attributes.Type)
            {
                case QueueNumbers.PacketHeader when content.Length >= PacketHeaderLength:
                    (isNamed, id, hook) = (true, NetlinkMessage.ReadBigEndian(content), content[HookAt]);
                    break;

                case QueueNumbers.BufferInfo when content.Length >= sizeof(uint):
                    info = NetlinkMessage.ReadBigEndian(content);
                    break;

                case QueueNumbers.WholeLength:
                    isCut = true;
                    break;

                case QueueNumbers.Payload:
                    octets = content;
                    break;
            }
        }

        packet = new QueuedPacket(queue, id, hook, info, isCut || !attributes.IsWhole, octets);
        return isNamed;
    }
}
