using IpsecDp.Adapters.Windows;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>Packets marked above routine behind a flood that nobody has taken yet, both ways, over the modelled driver.</summary>
public sealed class CaptureSortingTests : IDisposable
{
    private const int Flood = 2000;
    private const int EePackets = 40;
    private const byte Routine = 0x1C;
    private const byte NetworkControl = 0xC0;

    private readonly PacketBatch _batch = new();

    public void Dispose() => _batch.Dispose();

    [Theory]
    [InlineData("10.1.0.1", "10.2.0.1")]
    [InlineData("fd77::1", "fd77::2")]
    public void Receive_HostSendsMarkedPacketsBehindAFlood_TheyComeFirstAndEveryPacketOnce(string local, string remote)
    {
        using var rig = CaptureRig.Create(TestPlan.Pair(local, remote));
        var port = (IMarkedPort)rig.Capture.Clear;
        Assert.True(port.KeepsMarkedApart);
        HostSends(rig, local, remote, Routine, Flood);
        HostSends(rig, local, remote, NetworkControl, EePackets);

        Assert.Equal(EePackets, ReceiveMarked(port, rig.Capture.Clear.Receive));
        Assert.Equal(Flood, ReceiveRoutine(rig.Capture.Clear.Receive, Flood));
        Assert.False(port.HasMarked);
        AssertNothingLeft(rig);
        Assert.Equal(Flood + EePackets, rig.Capture.Clear.Stats.ReceivedPackets);
    }

    [Fact]
    public void Receive_ThePacketsAreNotMarked_TheyComeBehindTheFlood()
    {
        using var rig = CaptureRig.Create(TestPlan.Pair("10.1.0.1", "10.2.0.1"));
        HostSends(rig, "10.1.0.1", "10.2.0.1", Routine, Flood);
        HostSends(rig, "10.1.0.1", "10.2.0.1", 0x1F, EePackets);
        Assert.False(((IMarkedPort)rig.Capture.Clear).HasMarked);
        var marks = new List<byte>();
        while (marks.Count < Flood + EePackets)
        {
            marks.AddRange(Receive(rig.Capture.Clear.Receive));
        }

        Assert.Equal([.. Enumerable.Repeat(Routine, Flood), .. Enumerable.Repeat((byte)0x1F, EePackets)], marks);
    }

    [Fact]
    public void TryReceiveMarked_FloodAndMarked_TakesTheMarkedAlone()
    {
        using var rig = CaptureRig.Create(TestPlan.Pair("10.1.0.1", "10.2.0.1"));
        var port = (IMarkedPort)rig.Capture.Clear;
        HostSends(rig, "10.1.0.1", "10.2.0.1", Routine, 3);
        Assert.False(port.HasMarked || port.TryReceiveMarked(_batch));
        HostSends(rig, "10.1.0.1", "10.2.0.1", 0x20, 2);
        Assert.Equal(2, ReceiveMarked(port, port.TryReceiveMarked, count: 2));
        Assert.Equal(3, ReceiveRoutine(rig.Capture.Clear.Receive, 3));
        Assert.Equal(5, rig.Capture.Clear.Stats.ReceivedPackets);

        HostSends(rig, "10.1.0.1", "10.2.0.1", 0x20, 1);
        Assert.True(SpinWait.SpinUntil(() => port.HasMarked, TestThread.Patience));
        rig.Capture.Clear.Interrupt();
        Assert.False(port.HasMarked || port.TryReceiveMarked(_batch));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Receive_MarkedEspBehindAFlood_ComesFirstWhereArrivalsAreSorted(bool sorts)
    {
        using var rig = CaptureRig.Create(TestPlan.Pair("10.1.0.1", "10.2.0.1"), change: options => options with { SortsArrivals = sorts });
        var port = (IMarkedPort)rig.Capture.Cipher;
        Assert.Equal(sorts, port.KeepsMarkedApart);
        Assert.EndsWith(sorts ? "precedence on" : "precedence on for what the host sends", rig.Capture.FeatureLine, StringComparison.Ordinal);
        WireBrings(rig, Routine, Flood);
        WireBrings(rig, NetworkControl, EePackets);

        if (sorts)
        {
            Assert.Equal(EePackets, ReceiveMarked(port, rig.Capture.Cipher.Receive));
            Assert.Equal(Flood, ReceiveRoutine(rig.Capture.Cipher.Receive, Flood));
        }
        else
        {
            Assert.InRange(ReceiveRoutine(rig.Capture.Cipher.Receive, Flood - PacketBatch.DefaultCapacity), Flood - PacketBatch.DefaultCapacity, Flood - 1);
            Assert.False(port.HasMarked || port.TryReceiveMarked(_batch));
        }

        AssertNothingLeft(rig);
    }

    [Fact]
    public void Receive_FaceThatHasLookedInVainAndWaits_IsWokenByAMarkedPacket()
    {
        using var rig = CaptureRig.Create(TestPlan.Pair("10.1.0.1", "10.2.0.1"));
        HostSends(rig, "10.1.0.1", "10.2.0.1", Routine, 1);
        Assert.Equal([Routine], Receive(rig.Capture.Clear.Receive));
        using var line = new TestThread("line", () => Assert.True(rig.Capture.Clear.Receive(_batch)));
        line.AwaitSleep();
        HostSends(rig, "10.1.0.1", "10.2.0.1", NetworkControl, 1);
        line.Join();
        Assert.Equal([NetworkControl], Taken());
    }

    [Fact]
    public void Take_AnotherPlan_MarkedPacketsOfItComeFirstToo()
    {
        using var rig = CaptureRig.Create(TestPlan.Pair("10.1.0.1", "10.2.0.1"));
        rig.Capture.Take(TestPlan.Pair("10.1.0.1", "10.3.0.1"));
        HostSends(rig, "10.1.0.1", "10.3.0.1", Routine, Flood);
        HostSends(rig, "10.1.0.1", "10.3.0.1", NetworkControl, EePackets);
        Assert.Equal(EePackets, ReceiveMarked((IMarkedPort)rig.Capture.Clear, rig.Capture.Clear.Receive));
        Assert.Equal(Flood, ReceiveRoutine(rig.Capture.Clear.Receive, Flood));
        AssertNothingLeft(rig);
    }

    [Fact]
    public void Filters_OfOthersThanMarkedPackets_AreNotNarrowedAndGuardedAsTheyAre()
    {
        using var rig = CaptureRig.Create(TestPlan.Pair("10.1.0.1", "10.2.0.1"), change: options => options with { SortsArrivals = true });
        Assert.Equal(2, rig.Guard.Count);
        Assert.All(rig.Capture.Filters.Clear, text => Assert.DoesNotContain("TOS", text, StringComparison.Ordinal));
        // The injecting one, three for all packets, two for marked ones; two of the guard.
        Assert.Equal((6, 2), (rig.Kernel.Sessions.Count(session => session.Process == CaptureRig.CaptureProcess), rig.Kernel.Sessions.Count(session => session.Process != CaptureRig.CaptureProcess)));
    }

    private static void HostSends(CaptureRig rig, string local, string remote, byte tos, int count)
    {
        for (var sent = 0; sent < count; sent++)
        {
            rig.Kernel.HostSends(PacketBuilder.Udp(local, remote, 1000, 2000).Tos(tos).Payload(60).Build());
        }
    }

    private static void WireBrings(CaptureRig rig, byte tos, int count)
    {
        for (var sent = 0; sent < count; sent++)
        {
            rig.Kernel.WireBrings(PacketBuilder.Ip("10.2.0.1", "10.1.0.1", IpProtocol.Esp).Tos(tos).Payload(60).Build());
        }
    }

    private static void AssertNothingLeft(CaptureRig rig) => Assert.Equal((0, 0, 0L), (rig.Kernel.Wire.Count, rig.Kernel.Host.Count, rig.Kernel.Guarded));

    // A reader has few of them in hand at a time, so each batch is waited for.
    private int ReceiveMarked(IMarkedPort port, Func<PacketBatch, bool> receive, int count = EePackets)
    {
        var received = 0;
        while (received < count)
        {
            Assert.True(SpinWait.SpinUntil(() => port.HasMarked, TestThread.Patience));
            var marks = Receive(receive);
            Assert.All(marks, mark => Assert.True(mark >= 0x20, $"{mark:x2} among marked packets"));
            received += marks.Length;
        }

        return received;
    }

    private int ReceiveRoutine(Func<PacketBatch, bool> receive, int atLeast)
    {
        var received = 0;
        while (received < atLeast)
        {
            var marks = Receive(receive);
            Assert.All(marks, mark => Assert.Equal(Routine, mark));
            received += marks.Length;
        }

        return received;
    }

    private byte[] Receive(Func<PacketBatch, bool> receive)
    {
        _batch.Clear();
        using var line = new TestThread("line", () => Assert.True(receive(_batch)));
        line.Join();
        return Taken();
    }

    private byte[] Taken()
    {
        byte[] marks = [.. _batch.Slots.ToArray().Select(static packet => Tos(packet!.Packet))];
        _batch.Clear();
        return marks;
    }

    private static byte Tos(ReadOnlySpan<byte> packet) => packet[0] >> 4 == 4 ? packet[1] : (byte)((packet[0] << 4) | (packet[1] >> 4));
}
