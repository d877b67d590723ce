using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ipsec.Superframes;

/// <summary>SAs go while superframes of theirs lie before an engine: what was admitted is finished with their keys, what comes later is named or waits, and nothing leaks.</summary>
public sealed class RemovalTests
{
    private const uint NextSpi = 0x3001;
    private const int Segments = 10;

    private static readonly LineForm Held = new("held", JoinsClear: false, IsInUdp: false, Engines: 1, IsPatient: true);

    [Fact]
    public void RemoveInbound_SuperframesBeforeTheEngine_AreOpenedBeforeTheKeysGo()
    {
        using var pair = Pair();
        var sent = pair.A.SendFrames(Superframe(1), Superframe(2));
        Assert.Contains(sent, frame => frame.IsCipherSuperframe);
        Assert.True(pair.B.Plane.Associations.TryFind(SaProtocol.Esp, SteppedPair.SpiToB, out var sa));
        using var hold = new EngineHold(pair.B.Pool);
        pair.B.OfferInbound([.. sent]);
        using var removal = new TestThread("removal", () => Assert.True(pair.B.Plane.RemoveInbound(SaProtocol.Esp, SteppedPair.SpiToB)));
        Await(() => !pair.B.Plane.Associations.TryFind(SaProtocol.Esp, SteppedPair.SpiToB, out _));

        // What comes now has no SA, and soon nobody to end at; what lies there still has keys.
        pair.B.OfferInbound([.. pair.A.SendFrames(Superframe(3))]);
        Assert.Equal(Segments, pair.B.DroppedInAll);
        Assert.NotEqual(0, sa.Model.Keys.Encryption.Reveal().Length);
        hold.Release();
        removal.Join();
        Assert.Equal(2 * Segments, Packets(pair.B.Clear.TakeFrames()));
        pair.B.Tick();
        Assert.Throws<ObjectDisposedException>(() => sa.Model.Keys.Encryption.Reveal().Length);
        Assert.Equal((0, 0L, (long)Segments), (pair.A.Outstanding + pair.B.Outstanding, pair.B.Faulted, pair.B.DroppedInAll));
    }

    [Fact]
    public void RemoveOutbound_SuperframesBeforeTheEngine_AreSentAndTheNextWaitForAnSa()
    {
        using var pair = Pair();
        var model = Outbound(SteppedPair.SpiToB + 1, pair);
        pair.B.Plane.InstallInbound(TestSa.Tunnel, [Inbound(SteppedPair.SpiToB + 1, pair)]);
        pair.A.Plane.ReplaceOutbound(TestSa.Tunnel, [model]);
        using var hold = new EngineHold(pair.A.Pool);
        pair.A.OfferOutbound(Superframe(1), Superframe(2));
        using var removal = new TestThread("removal", () => Assert.True(pair.A.Plane.RemoveOutbound(TestSa.Tunnel)));
        Await(() => pair.A.Plane.Snapshot().Associations.All(sa => sa.IsInbound));
        pair.A.OfferOutbound(Superframe(3));
        Assert.Equal(["acquire pair"], pair.A.Events.Told);
        Assert.NotEqual(0, model.Keys.Encryption.Reveal().Length);
        hold.Release();
        removal.Join();
        Assert.Equal(2 * Segments, Packets(pair.B.ReceiveFrames(pair.A.Cipher.TakeFrames())));
        pair.A.Tick();
        Assert.Throws<ObjectDisposedException>(() => model.Keys.Encryption.Reveal().Length);

        // The third was kept.
        Install(NextSpi, pair);
        Assert.Equal(Segments, Packets(pair.B.ReceiveFrames(pair.A.Cipher.TakeFrames())));
        Assert.Equal((0, 0L), (pair.A.Outstanding + pair.B.Outstanding, pair.A.DroppedInAll + pair.B.DroppedInAll));
    }

    [Fact]
    public void ReplaceOutbound_SuperframesBeforeTheEngine_LosesNothingAndKeepsBothOrders()
    {
        using var pair = Pair();
        using var hold = new EngineHold(pair.A.Pool);
        pair.A.OfferOutbound(Superframe(1));
        pair.B.Plane.InstallInbound(TestSa.Tunnel, [Inbound(NextSpi, pair)]);
        using var replacement = new TestThread("replacement", () => pair.A.Plane.ReplaceOutbound(TestSa.Tunnel, [Outbound(NextSpi, pair)]));
        Await(() => pair.A.Plane.Snapshot().Associations.Any(sa => sa.Spi == NextSpi));
        pair.A.OfferOutbound(Superframe(2));
        hold.Release();
        replacement.Join();
        var arrived = pair.B.ReceiveFrames(pair.A.Cipher.TakeFrames()).SelectMany(frame => frame.Split());
        Assert.Equal(new[] { Superframe(1), Superframe(2) }.SelectMany(frame => frame.Split()).Select(Payload).Order(), arrived.Select(Payload).Order());
        Assert.Equal((0, 0L), (pair.A.Outstanding + pair.B.Outstanding, pair.A.DroppedInAll + pair.B.DroppedInAll));
    }

    private static SteppedPair Pair() => new(SaMode.Tunnel, change: model => model with { Encapsulation = new UdpEncapsulation() }, form: Held);

    private static void Install(uint spi, SteppedPair pair)
    {
        pair.B.Plane.InstallInbound(TestSa.Tunnel, [Inbound(spi, pair)]);
        pair.A.Plane.ReplaceOutbound(TestSa.Tunnel, [Outbound(spi, pair)]);
    }

    private static SaModel Outbound(uint spi, SteppedPair pair) => TestSa.Model(spi, pair.AddressA, pair.AddressB, true, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation() };

    private static SaModel Inbound(uint spi, SteppedPair pair) => TestSa.Model(spi, pair.AddressA, pair.AddressB, false, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation() };

    private static Frame Superframe(int number) => new(
        PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", (ushort)number, 80).Payload(Segments * 1000).Build(),
        new Segmentation(SegmentKind.Tcp, 1000, 40, IsChecksumMissing: true));

    private static int Packets(IEnumerable<Frame> frames) => frames.Sum(frame => frame.Segments.CountIn(frame.Octets.Length));

    // Without what tunnels change.
    private static string Payload(byte[] packet) => Convert.ToHexString(packet[20..]);

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TestThread.Patience));
}
