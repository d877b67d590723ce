using IpsecDp.Adapters.Linux.Nfqueue;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class NetlinkMessageTests
{
    [Fact]
    public void TryTake_TwoMessages_GivesEachAndNothingMore()
    {
        ReadOnlySpan<byte> datagram = [.. Message(7, 3), .. Message(8, 0)];
        Assert.True(NetlinkMessage.TryTake(ref datagram, out var first));
        Assert.Equal((7u, 3), (first.Sequence, first.Body.Length - 4));
        Assert.True(NetlinkMessage.TryTake(ref datagram, out var second));
        Assert.Equal(8u, second.Sequence);
        Assert.False(NetlinkMessage.TryTake(ref datagram, out _));
        Assert.True(datagram.IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(28)]
    [InlineData(-1)]
    public void TryTake_LengthThatLies_GivesNothing(int length)
    {
        var octets = Message(1, 3);
        BitConverter.TryWriteBytes(octets, length);
        ReadOnlySpan<byte> datagram = octets;
        Assert.False(NetlinkMessage.TryTake(ref datagram, out _));
    }

    [Fact]
    public void TryTake_CutAnywhere_GivesNothing()
    {
        var octets = Message(1, 3);
        for (var length = 0; length < octets.Length - 1; length++)
        {
            ReadOnlySpan<byte> datagram = octets.AsSpan(0, length);
            Assert.False(NetlinkMessage.TryTake(ref datagram, out _));
        }
    }

    [Fact]
    public void Error_OfACutMessage_IsNone()
    {
        ReadOnlySpan<byte> datagram = [NetlinkMessage.HeaderLength + 3, 0, 0, 0, (byte)NetlinkMessage.ErrorType, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF];
        Assert.True(NetlinkMessage.TryTake(ref datagram, out var message));
        Assert.Equal((NetlinkMessage.ErrorType, 0), (message.Type, message.Error));
    }

    // A netfilter message whose content, behind nfgenmsg, has so many octets; padded as messages are.
    private static byte[] Message(uint sequence, int content)
    {
        var room = new byte[64];
        var writer = new NetlinkWriter(room, QueueNumbers.PacketMessage, QueueNumbers.Request, sequence, 1);
        writer.Close(content);
        var octets = new byte[NetlinkMessage.Aligned(writer.Length + content)];
        room.AsSpan(0, writer.Length).CopyTo(octets);
        return octets;
    }
}
