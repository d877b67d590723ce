using IpsecDp.Adapters.Linux.Nfqueue;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class QueuedPacketTests
{
    private static readonly byte[] Octets = [.. Enumerable.Range(0, 61).Select(value => (byte)value)];

    [Fact]
    public void TryRead_WholeMessage_SaysWhatTheKernelSaid()
    {
        Assert.True(TryRead(Build(), out var read));
        Assert.Equal((4951, 0x01020304u, 3u, false), (read.Queue, read.Id, read.Info, read.IsCut));
        Assert.Equal(Octets, read.Octets);
    }

    [Fact]
    public void TryRead_CutAnywhere_NamesNoPacketAsWhole()
    {
        var message = Build();
        for (var length = NetlinkMessage.HeaderLength; length < message.Length - 4; length++)
        {
            var cut = message[..length];
            BitConverter.TryWriteBytes(cut, length);
            Assert.True(!TryRead(cut, out var read) || read.IsCut || read.Octets.Length < Octets.Length, $"{length} octets");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(0x7FFF)]
    public void TryRead_AttributeLengthThatLies_IsCut(ushort length)
    {
        var message = Build();
        // The second attribute, behind the packet's header of 4 + 7 octets and 1 of padding.
        BitConverter.TryWriteBytes(message.AsSpan(20 + 12), length);
        Assert.True(TryRead(message, out var read));
        Assert.True(read.IsCut);
    }

    [Fact]
    public void TryRead_WithoutAPacketHeader_NamesNothingToAnswer()
    {
        var room = new byte[64];
        var writer = new NetlinkWriter(room, QueueNumbers.PacketMessage, 0, 0, 1);
        writer.Add(QueueNumbers.Payload, Octets.AsSpan(0, 20));
        writer.Close();
        Assert.False(TryRead(room.AsSpan(0, writer.Length), out _));
    }

    [Fact]
    public void TryRead_LengthBeforeCut_IsCut()
    {
        var room = new byte[128];
        var writer = new NetlinkWriter(room, QueueNumbers.PacketMessage, 0, 0, 1);
        writer.Add(QueueNumbers.PacketHeader, [0, 0, 0, 9, 8, 0, 0]);
        writer.Add(QueueNumbers.WholeLength, 70000);
        writer.Close();
        Assert.True(TryRead(room.AsSpan(0, writer.Length), out var read));
        Assert.True(read.IsCut);
    }

    private static byte[] Build()
    {
        var room = new byte[256];
        var writer = new NetlinkWriter(room, QueueNumbers.PacketMessage, 0, 0, 4951);
        writer.Add(QueueNumbers.PacketHeader, [1, 2, 3, 4, 8, 0, 4]);
        writer.Add(QueueNumbers.BufferInfo, 3);
        writer.Add(QueueNumbers.Payload, Octets);
        writer.Close();
        return room[..writer.Length];
    }

    private static bool TryRead(ReadOnlySpan<byte> octets, out Read read)
    {
        read = default;
        if (!NetlinkMessage.TryTake(ref octets, out var message) || !QueuedPacket.TryRead(message, out var packet))
        {
            return false;
        }

        read = new Read(packet.Queue, packet.Id, packet.Info, packet.IsCut, packet.Octets.ToArray());
        return true;
    }

    private readonly record struct Read(ushort Queue, uint Id, uint Info, bool IsCut, byte[] Octets);
}
