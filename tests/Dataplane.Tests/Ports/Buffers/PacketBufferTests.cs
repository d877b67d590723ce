using IpsecDp.Ports.Buffers;

namespace Dataplane.Tests.Ports.Buffers;

public sealed class PacketBufferTests
{
    private readonly PacketBuffer _packet = new BufferPool(1000, 1).TryRent()!;

    [Fact]
    public void Rented_Empty_HasFullRooms()
    {
        Assert.Equal(1000, _packet.Capacity);
        Assert.Equal(PacketBuffer.Headroom, _packet.RoomBefore);
        Assert.Equal(1000 + PacketBuffer.Tailroom, _packet.RoomBehind);
    }

    [Fact]
    public void SetLength_Capacity_LeavesExactlyTheTailroom()
    {
        Assert.Equal(1000, _packet.SetLength(1000).Length);
        Assert.Equal(PacketBuffer.Tailroom, _packet.RoomBehind);
    }

    [Fact]
    public void SetLength_OverCapacity_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => _packet.SetLength(1001).Length);

    [Fact]
    public void PrependAndAppend_Octets_StandAroundThePacket()
    {
        _packet.SetLength(3).Fill(2);
        _packet.Prepend(2).Fill(1);
        _packet.Append(1).Fill(3);
        Assert.Equal([1, 1, 2, 2, 2, 3], _packet.Packet.ToArray());
        Assert.Equal(PacketBuffer.Headroom - 2, _packet.RoomBefore);
    }

    [Fact]
    public void TrimStartAndTrimTo_Octets_LeaveTheMiddle()
    {
        byte[] octets = [1, 2, 3, 4, 5];
        octets.CopyTo(_packet.SetLength(5));
        _packet.TrimStart(1);
        _packet.TrimTo(3);
        Assert.Equal([2, 3, 4], _packet.Packet.ToArray());
    }

    [Fact]
    public void Renew_PacketAtItsVeryEdges_MovesWithoutHarm()
    {
        var octets = Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray();
        octets.AsSpan(PacketBuffer.Headroom).CopyTo(_packet.SetLength(1000 - PacketBuffer.Headroom));
        octets.AsSpan(0, PacketBuffer.Headroom).CopyTo(_packet.Prepend(PacketBuffer.Headroom));
        Assert.Equal(0, _packet.RoomBefore);
        _packet.Renew(restoresRoom: true);
        Assert.Equal(octets, _packet.Packet.ToArray());
        Assert.Equal((PacketBuffer.Headroom, PacketBuffer.Tailroom), (_packet.RoomBefore, _packet.RoomBehind));
    }

    [Theory]
    [InlineData(40, 1)]
    [InlineData(41, 1)]
    [InlineData(1440, 1)]
    [InlineData(1441, 2)]
    [InlineData(2840, 2)]
    [InlineData(2841, 3)]
    public void CountIn_SuperframeOfTcp_CountsAShortLastSegment(int length, int expected) =>
        Assert.Equal(expected, new Segmentation(SegmentKind.Tcp, 1400, 40, true).CountIn(length));

    [Fact]
    public void CountIn_SinglePacket_IsOne() => Assert.Equal(1, Segmentation.ChecksumMissing.CountIn(60000));

    [Fact]
    public void TryAdd_MoreLayersThanAllowed_IsRefusedAndRemembersTheRest()
    {
        ProtectionTrail trail = default;
        Assert.All(Enumerable.Range(1, ProtectionTrail.MaximumDepth), layer => Assert.True(trail.TryAdd(layer)));
        Assert.False(trail.TryAdd(99));
        Assert.Equal([1, 2, 3, 4, 0], Enumerable.Range(0, 5).Select(layer => trail[layer]));
    }
}
