using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;

namespace Windows.Tests.Capture;

/// <summary>The shipped capture over the real DLL and the emulated device: packets, their order, stopping, and what fails.</summary>
[Collection(nameof(CaptureOverDeviceTests))]
public sealed class CaptureOverDeviceTests
{
    private const string Local = "10.1.0.1";
    private const string Remote = "10.2.0.1";

    public CaptureOverDeviceTests() => Installation.RequireEmulated();

    [Theory]
    [InlineData(Local, Remote)]
    [InlineData("fd00:1::1", "fd00:2::1")]
    public void Ping_ThroughCaptureAndPeer_IsAnsweredAndOnlyEspIsOnTheWire(string local, string remote)
    {
        const int Count = 200;
        using var scene = new CaptureScene(local, remote, packet => Echo.Answer(packet, remote, local));
        scene.HostSends([.. Enumerable.Range(0, Count).Select(number => Echo.Ask(local, remote, number, Length(number)))]);

        Await(() => scene.AtHost.Count >= Count, scene);
        Assert.Empty(scene.ClearOnWire);
        Assert.True(scene.Sealed >= Count);
        Assert.Equal(Enumerable.Range(0, Count), scene.AtHost.Select(Echo.NumberOf));
        var last = scene.AtHost.Last();
        Assert.Equal(Echo.Answer(Echo.Ask(local, remote, Count - 1, Length(Count - 1)), remote, local)!.AsSpan(local == Local ? 20 : 40), last.AsSpan(local == Local ? 20 : 40));
    }

    [Fact]
    public void TcpAndUdp_ThroughTheCapture_ReachThePeerInOrder()
    {
        const int Count = 300;
        var seen = new List<byte[]>();
        using (var scene = new CaptureScene(Local, Remote, packet =>
        {
            lock (seen)
            {
                seen.Add(packet);
            }

            return null;
        }))
        {
            var sent = Enumerable.Range(0, Count).Select(number => number % 2 == 0
                ? PacketBuilder.Tcp(Local, Remote, 40000, 443, (uint)number).Payload(number).Build()
                : PacketBuilder.Udp(Local, Remote, 40000, 12000).Payload(number).Build()).ToList();
            scene.HostSends(sent);
            Await(() => Count == Seen(seen), scene);
            Assert.Equal(sent.Select(Convert.ToHexString), seen.Select(Convert.ToHexString));
            Assert.Empty(scene.ClearOnWire);
        }
    }

    [Fact]
    public void Elsewhere_NotInThePlan_PassesUntouched()
    {
        const string Other = "10.3.0.1";
        var passed = 0;
        using var elsewhere = new HandleReader($"outbound and ip.DstAddr == {Other}", -30000, (_, _) => Interlocked.Increment(ref passed));
        using var scene = new CaptureScene(Local, Remote, _ => null);
        scene.HostSends(PacketBuilder.Udp(Local, Other, 1, 2).Payload(60).Build());
        Await(() => Volatile.Read(ref passed) == 1, scene);
        Assert.Equal(0, scene.Sealed);
    }

    [Fact]
    public void Clear_ThatShouldNotBe_IsRefusedOnTheWayIn()
    {
        using var scene = new CaptureScene(Local, Remote, packet => Echo.Answer(packet, Remote, Local));
        scene.WireBrings(PacketBuilder.Udp(Remote, Local, 7, 7).Payload(60).Build());
        // What comes behind it has arrived, so it has been judged.
        scene.HostSends(Echo.Ask(Local, Remote, 1, 56));
        Await(() => scene.AtHost.Count > 0 && scene.Drops.Contains("ClearButProtected", StringComparison.Ordinal), scene);
        Assert.Single(scene.AtHost);
    }

    [Fact]
    public void Capture_Disposed_GuardDropsWhatTheHostSendsAfterwards()
    {
        using var scene = new CaptureScene(Local, Remote, _ => null);
        scene.HostSends(Echo.Ask(Local, Remote, 1, 56));
        Await(() => scene.Sealed == 1, scene);
        scene.Capture.Dispose();
        scene.HostSends(Echo.Ask(Local, Remote, 2, 56));
        scene.Guard.Dispose();
        // Without capture and guard it passes: the way itself is open.
        scene.HostSends(Echo.Ask(Local, Remote, 3, 56));
        Await(() => scene.ClearOnWire.Count > 0, scene);
        Assert.Equal([3], scene.ClearOnWire.Select(Echo.NumberOf));
    }

    [Fact]
    public void Receive_Blocked_EndsWithNoDataAfterShutdown()
    {
        var reader = new HandleReader("outbound and ip.DstAddr == 10.9.0.1", 100, (_, _) => { });
        reader.Dispose();
        Assert.Equal(WinDivertError.NoData, reader.EndedBy);
    }

    [Fact]
    public void Send_BatchesThatDoNotAgree_GiveTheDriversCodes()
    {
        using var handle = Installation.Driver.Open("false", WinDivertLayer.Network, 200, WinDivertFlags.SendOnly);
        var packet = Echo.Ask(Local, Remote, 1, 56);
        var marks = new WinDivertAddress { Marks = WinDivertMarks.Outbound | WinDivertMarks.Checksums };
        Assert.Equal(0, handle.Send(packet, [marks]));
        Assert.Equal(WinDivertError.InsufficientBuffer, handle.Send(packet, [marks, marks]));
        Assert.Equal(WinDivertError.InsufficientBuffer, handle.Send(packet.AsSpan(..^1), [marks]));
        Assert.Equal(WinDivertError.InvalidParameter, handle.Send(new byte[40], [marks]));
        Assert.Equal(WinDivertError.InvalidParameter, handle.Receive(new byte[2000], new WinDivertAddress[1], out _, out _));
        Assert.Equal(0, handle.Shutdown(WinDivertShutdown.Send));
        Assert.Equal(WinDivertError.NoData, handle.Send(packet, [marks]));
    }

    [Fact]
    public void Receive_RoomTooSmall_TellsSoAndTheNextIsWhole()
    {
        using var handle = Installation.Driver.Open("outbound and ip.DstAddr == 10.9.0.2", WinDivertLayer.Network, 100, WinDivertFlags.ReceiveOnly);
        using var sender = Installation.Driver.Open("false", WinDivertLayer.Network, 200, WinDivertFlags.SendOnly);
        var packets = new[] { Echo.Ask(Local, "10.9.0.2", 1, 500), Echo.Ask(Local, "10.9.0.2", 2, 56) };
        var marks = new WinDivertAddress { Marks = WinDivertMarks.Outbound | WinDivertMarks.Checksums, Interface = 7, SubInterface = 3 };
        Assert.Equal(0, sender.Send([.. packets[0], .. packets[1]], [marks, marks]));

        var (room, addresses) = (new byte[200], new WinDivertAddress[8]);
        Assert.Equal(WinDivertError.InsufficientBuffer, handle.Receive(room, addresses, out _, out _));
        Assert.Equal(0, handle.Receive(room, addresses, out var octets, out var count));
        Assert.Equal((1, packets[1].Length), (count, octets));
        Assert.Equal(packets[1], room[..octets]);
        Assert.Equal((7u, 3u, true), (addresses[0].Interface, addresses[0].SubInterface, addresses[0].Has(WinDivertMarks.Outbound)));
    }

    [Fact]
    public void Parameters_WithinAndBeyondTheirBounds_AreTakenAndRefused()
    {
        using var handle = Installation.Driver.Open("false", WinDivertLayer.Network, 0, WinDivertFlags.None);
        Assert.Equal(0, handle.Set(WinDivertParameter.QueueLength, 16384));
        Assert.Equal(0, handle.Get(WinDivertParameter.QueueLength, out var length));
        Assert.Equal(16384ul, length);
        Assert.Equal(WinDivertError.InvalidParameter, handle.Set(WinDivertParameter.QueueLength, 31));
        Assert.Equal(WinDivertError.InvalidParameter, handle.Set(WinDivertParameter.VersionMajor, 3));
        Assert.Equal((0, 0), (handle.Get(WinDivertParameter.VersionMajor, out var major), handle.Get(WinDivertParameter.VersionMinor, out var minor)));
        Assert.Equal((2ul, 2ul), (major, minor));
    }

    [Fact]
    public void Open_FilterTheDllRefuses_IsToldInASentence()
    {
        var refusal = Assert.Throws<AdapterException>(() => Installation.Driver.Open("not (tcp)", WinDivertLayer.Network, 0, WinDivertFlags.None));
        Assert.Contains("87", refusal.Message, StringComparison.Ordinal);
    }

    // A whole batch of the largest still fits into what Wine carries in one call to a device.
    private static int Length(int number) => 56 + (number * 3);

    private static int Seen(List<byte[]> seen)
    {
        lock (seen)
        {
            return seen.Count;
        }
    }

    private static void Await(Func<bool> condition, CaptureScene scene) =>
        Assert.True(SpinWait.SpinUntil(condition, TestThread.Patience), $"{scene.AtHost.Count} at the host, {scene.Sealed} sealed, {scene.ClearOnWire.Count} in clear; {scene.Drops}");
}
