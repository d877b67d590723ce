using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;

namespace Dataplane.Tests.Adapters.Sockets;

/// <summary>What a kernel, or whoever stands in for one, may claim about a message.</summary>
public sealed class DatagramShapeTests
{
    [Theory]
    [InlineData(100, 0)]
    [InlineData(100, -1)]
    [InlineData(100, int.MinValue)]
    [InlineData(100, 101)]
    [InlineData(100, 65536)]
    [InlineData(0, 1)]
    [InlineData(0, 0)]
    public void TryRead_ClaimThatContradictsTheOctets_IsRefused(int length, int claimed) =>
        Assert.False(DatagramShape.TryRead(length, claimed, out _));

    [Theory]
    [InlineData(100, null, 1)]
    [InlineData(0, null, 1)]
    [InlineData(100, 100, 1)]
    [InlineData(100, 99, 2)]
    [InlineData(100, 50, 2)]
    [InlineData(101, 50, 3)]
    [InlineData(65507, 1, 65507)]
    public void TryRead_PossibleClaim_SaysHowManyDatagrams(int length, int? claimed, int count)
    {
        Assert.True(DatagramShape.TryRead(length, claimed, out var shape));
        Assert.Equal((length, count), (shape.Length, shape.Count));
    }

    [Fact]
    public void Read_ControlMessageTooShortForANumber_IsNoPossibleClaim()
    {
        Assert.False(DatagramShape.TryRead(100, ArrivalNotes.Read(Control([5, 0])).SegmentSize, out _));
        Assert.Equal(50, ArrivalNotes.Read(Control([50, 0, 0, 0])).SegmentSize);
    }

    [Fact]
    public void Read_NoClaim_IsOneDatagram() => Assert.Null(ArrivalNotes.Read(ReadOnlySpan<byte>.Empty).SegmentSize);

    [Theory]
    [InlineData(2, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    [InlineData(1, false)]
    public void IsCipherSuperframe_AllEsp_WhereTheDataPlaneTakesAsMany(int count, bool isOne)
    {
        var payload = Esp(count, 16);
        Assert.True(DatagramShape.TryRead(payload.Length, 16, out var shape));
        Assert.Equal(isOne, shape.IsCipherSuperframe(payload));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    public void IsCipherSuperframe_AMarkerInAnySegment_IsNone(int marked)
    {
        var payload = Esp(10, 16);
        payload.AsSpan(marked * 16, 4).Clear();
        Assert.True(DatagramShape.TryRead(payload.Length, 16, out var shape));
        Assert.False(shape.IsCipherSuperframe(payload));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void IsCipherSuperframe_LastTooShort_IsNone(int last)
    {
        var payload = Esp(10, 16)[..(144 + last)];
        Assert.True(DatagramShape.TryRead(payload.Length, 16, out var shape));
        Assert.False(shape.IsCipherSuperframe(payload));
    }

    // struct cmsghdr: its length with the content, level, type.
    private static byte[] Control(byte[] content) =>
        [.. BitConverter.GetBytes(16L + content.Length), .. BitConverter.GetBytes(SocketNumbers.LevelUdp), .. BitConverter.GetBytes(SocketNumbers.UdpReceiveOffload), .. content];

    private static byte[] Esp(int count, int size)
    {
        var payload = new byte[count * size];
        for (var at = 0; at < payload.Length; at += size)
        {
            payload[at + 3] = 1;
        }

        return payload;
    }
}
