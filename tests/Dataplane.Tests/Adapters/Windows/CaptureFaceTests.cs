using IpsecDp.Adapters.Windows;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Divert;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Windows;

public sealed class CaptureFaceTests
{
    private const string Local = "10.1.0.1";
    private const string Remote = "10.2.0.1";
    private const byte Unfinished = 0;
    private static readonly DivertPlan Plan = TestPlan.Pair(Local, Remote);
    private readonly RigBuffers _buffers = new();

    [Theory]
    [InlineData(IpProtocol.Tcp)]
    [InlineData(IpProtocol.Udp)]
    public void Outbound_ChecksumLeftToTheCard_IsFinishedBeforeSealing(byte protocol)
    {
        using var rig = CaptureRig.Create(Plan);
        var right = (protocol == IpProtocol.Tcp ? PacketBuilder.Tcp(Local, Remote, 1, 2) : PacketBuilder.Udp(Local, Remote, 1, 2)).Payload(101).Build();
        var unfinished = (byte[])right.Clone();
        var at = 20 + (protocol == IpProtocol.Tcp ? 16 : 6);
        (unfinished[at], unfinished[at + 1], unfinished[10], unfinished[11]) = (0xAB, 0xCD, 0, 0);
        rig.Kernel.HostSends(unfinished, Unfinished);
        Assert.Equal(right, Receive(rig.Capture.Clear.Receive)[0]!.Packet.ToArray());
        // With the bit set the sum is the sender's business, right or wrong.
        var wrong = (byte[])right.Clone();
        wrong[at] ^= 1;
        rig.Kernel.HostSends(wrong);
        Assert.Equal(wrong, Receive(rig.Capture.Clear.Receive)[0]!.Packet.ToArray());
    }

    [Fact]
    public void Inbound_ChecksumSeenByTheCard_IsNoCorruption()
    {
        using var rig = CaptureRig.Create(Plan);
        var right = PacketBuilder.Udp(Remote, Local, 1, 2).Payload(40).Build();
        var looked = (byte[])right.Clone();
        (looked[26], looked[27]) = (1, 2);
        rig.Kernel.WireBrings(looked, DivertAddressImage.IpChecksum);
        Assert.Equal(right, Receive(rig.Capture.Cipher.Receive)[0]!.Packet.ToArray());
        var esp = PacketBuilder.Ip(Remote, Local, IpProtocol.Esp).Payload(60).Build();
        rig.Kernel.WireBrings(esp, Unfinished);
        Assert.Equal(esp, Receive(rig.Capture.Cipher.Receive)[0]!.Packet.ToArray());
    }

    [Fact]
    public void Inject_OpenedPacket_GoesInOverTheInterfaceOfItsOuterOne()
    {
        using var rig = CaptureRig.Create(Plan);
        rig.Kernel.WireBrings(PacketBuilder.Ip(Remote, Local, IpProtocol.Esp).Payload(60).Build());
        using var batch = Receive(rig.Capture.Cipher.Receive);
        var mark = new CaptureMark(batch[0]!.PortMark);
        Assert.Equal((DivertKernel.Interface, 0u), (mark.Interface, mark.SubInterface));
        rig.Capture.Clear.Inject(batch);
        Assert.Single(rig.Kernel.Host);
        // One that was made here goes in where its address was last seen.
        using var made = new PacketBatch();
        made.Add(_buffers.Fill(PacketBuilder.Icmp(Remote, Local, 3, 4).Payload(40).Build()));
        rig.Capture.Clear.Inject(made);
        Assert.Equal(2, rig.Kernel.Host.Count);
    }

    [Fact]
    public void Inject_WithoutAnyInterfaceKnown_IsRefusedAndCounted()
    {
        using var rig = CaptureRig.Create(Plan);
        using var made = new PacketBatch();
        made.Add(_buffers.Fill(PacketBuilder.Icmp(Remote, Local, 3, 4).Payload(40).Build()));
        rig.Capture.Clear.Inject(made);
        Assert.Empty(rig.Kernel.Host);
        Assert.Equal(1, rig.Capture.Clear.Stats.SendFailures);
    }

    [Fact]
    public void Syn_BothWays_OffersNoLargerSegmentsThanFit()
    {
        using var rig = CaptureRig.Create(Plan);
        var syn = PacketBuilder.Tcp(Local, Remote, 1, 2, flags: TcpView.Syn).TcpOptions(1, 2, 4, 0x05, 0xB4, 1, 1, 0).Build();
        rig.Kernel.HostSends(syn);
        using var batch = Receive(rig.Capture.Clear.Receive);
        AssertClamped(batch[0]!.Packet, 1400 - 40);
        var answer = PacketBuilder.Tcp(Remote, Local, 2, 1, flags: TcpView.Syn | TcpView.Ack).TcpOptions(2, 4, 0x05, 0xB4).Build();
        using var opened = new PacketBatch();
        opened.Add(_buffers.Fill(answer));
        opened[0]!.Trail.TryAdd(1);
        rig.Capture.Clear.Inject(opened);
        AssertClamped(rig.Kernel.Host[0], 1400 - 40);
    }

    [Fact]
    public void Outbound_LargerThanTheLink_ComesAsSegmentsThatFit()
    {
        using var rig = CaptureRig.Create(Plan);
        rig.Kernel.HostSends(PacketBuilder.Tcp(Local, Remote, 1, 2).Payload(20000).DontFragment().Build(), DivertAddressImage.IpChecksum);
        using var batch = Receive(rig.Capture.Clear.Receive);
        Assert.Equal((SegmentKind.Tcp, (ushort)1360, (ushort)40), (batch[0]!.Segments.Kind, batch[0]!.Segments.Size, batch[0]!.Segments.HeaderLength));
        using var passed = new PacketBatch();
        passed.Add(batch.Take(0)!);
        rig.Capture.Cipher.Pass(passed);
        Assert.Equal(15, rig.Kernel.Wire.Count);
        Assert.All(rig.Kernel.Wire, packet => Assert.True(packet.Length <= 1400));
    }

    [Fact]
    public void Impostor_OurOwnEsp_GoesOnUnsealedUntilItsHopsEnd()
    {
        using var rig = CaptureRig.Create(Plan);
        var marks = (byte)(DivertAddressImage.IpChecksum | DivertAddressImage.Impostor);
        rig.Kernel.HostSends(PacketBuilder.Ip(Local, Remote, IpProtocol.Esp).Payload(60).HopLimit(9).Build(), marks);
        rig.Kernel.HostSends(PacketBuilder.Ip(Local, Remote, IpProtocol.Esp).Payload(60).HopLimit(1).Build(), marks);
        // A clear packet of another driver's is taken like any other.
        rig.Kernel.HostSends(PacketBuilder.Udp(Local, Remote, 1, 2).Payload(10).Build(), marks);
        using var batch = Receive(rig.Capture.Clear.Receive);
        Assert.Equal(IpProtocol.Udp, batch[0]!.Packet[9]);
        Assert.Equal(8, Assert.Single(rig.Kernel.Wire)[8]);
        Assert.Equal((1, 1), (rig.Capture.Counts.PassedBy, rig.Capture.Counts.Expired));
    }

    [Fact]
    public void Loopback_IsLeftAlone()
    {
        using var rig = CaptureRig.Create(Plan);
        rig.Kernel.HostSends(PacketBuilder.Udp(Local, Remote, 1, 2).Payload(10).Build(), DivertAddressImage.IpChecksum | DivertAddressImage.Loopback);
        Assert.DoesNotContain(rig.Kernel.Sessions, session => session.Queued > 0);
        Assert.Equal(1, rig.Kernel.Guarded + rig.Kernel.Wire.Count);
        Assert.Single(rig.Kernel.Wire);
    }

    [Fact]
    public void TooBig_AboutOurEspAndAboutOthers_FirstIsToldSecondGoesOn()
    {
        using var rig = CaptureRig.Create(Plan with { Inbound = [] });
        rig.Kernel.WireBrings(TooBigAbout(PacketBuilder.Udp(Local, "203.0.113.9", 1, 2).Payload(1400).Build()));
        rig.Kernel.WireBrings(TooBigAbout(PacketBuilder.Ip(Local, Remote, IpProtocol.Esp).Payload(1400).Build()));
        using var batch = Receive(rig.Capture.Cipher.Receive);
        Assert.True(IpPacketView.TryView(batch[0]!.Packet, out var told));
        Assert.True(PacketTooBig.TryRead(told, out var mtu, out var quoted));
        Assert.Equal((1300, IpProtocol.Esp), (mtu, quoted.Protocol));
        Assert.Single(rig.Kernel.Host);
        Assert.Equal(1, rig.Capture.Counts.PassedBy);
    }

    [Fact]
    public void Send_LengthFieldsThatLie_AreRefusedBeforeTheDriverSeesThem()
    {
        using var rig = CaptureRig.Create(Plan);
        using var batch = new PacketBatch();
        var good = PacketBuilder.Ip(Local, Remote, IpProtocol.Esp).Payload(60).Build();
        byte[][] bad = [With(good, 2, 0, 19), With(good, 2, 0xFF, 0xFF), With(good, 0, 0x15, good[1]), With(good, 0, 0x4F, good[1])[..40]];
        foreach (var packet in bad)
        {
            batch.Add(_buffers.Fill(packet));
        }

        batch.Add(_buffers.Fill([.. good, 1, 2, 3]));
        rig.Capture.Cipher.Send(batch);
        Assert.Equal(good, Assert.Single(rig.Kernel.Wire));
        Assert.Equal((1, 4), (rig.Capture.Cipher.Stats.SentPackets, rig.Capture.Cipher.Stats.SendFailures));
    }

    [Theory]
    [InlineData(122)]
    [InlineData(995)]
    [InlineData(1450)]
    public void Receive_ErrorThatPasses_IsCountedAndReadingGoesOn(int error)
    {
        using var rig = CaptureRig.Create(Plan);
        rig.Kernel.Fail('r', error);
        rig.Kernel.HostSends(PacketBuilder.Udp(Local, Remote, 1, 2).Payload(10).Build());
        rig.Kernel.HostSends(PacketBuilder.Udp(Local, Remote, 1, 2).Payload(10).Build());
        using var batch = Receive(rig.Capture.Clear.Receive);
        rig.Kernel.WireBrings(PacketBuilder.Ip(Remote, Local, IpProtocol.Esp).Payload(60).Build());
        using var other = Receive(rig.Capture.Cipher.Receive);
        rig.Kernel.WireBrings(PacketBuilder.Ip(Remote, Local, IpProtocol.Esp).Payload(60).Build());
        using var next = Receive(rig.Capture.Cipher.Receive);
        Assert.Null(rig.Capture.Failure);
        Assert.Equal(1, rig.Capture.Clear.Stats.ReceiveFailures + rig.Capture.Cipher.Stats.ReceiveFailures);
    }

    [Fact]
    public void Receive_HandleShutDownByOthers_EndsWithASentenceAndTheGuardHolds()
    {
        using var rig = CaptureRig.Create(Plan);
        foreach (var session in rig.Kernel.Sessions.Where(session => session.Process == CaptureRig.CaptureProcess))
        {
            rig.Kernel.Shutdown(session, 1);
        }

        using var batch = new PacketBatch();
        Assert.False(rig.Capture.Clear.Receive(batch));
        Assert.Contains("232", rig.Capture.Failure, StringComparison.Ordinal);
        rig.Kernel.HostSends(PacketBuilder.Udp(Local, Remote, 1, 2).Payload(10).Build());
        Assert.Empty(rig.Kernel.Wire);
    }

    [Theory]
    [InlineData(122, 0, 2)]
    [InlineData(1450, 0, 2)]
    [InlineData(1232, 1, 1)]
    public void Send_Error_IsCountedByWhatTheDriverTook(int error, int sent, int failed)
    {
        using var rig = CaptureRig.Create(Plan);
        rig.Kernel.Fail('s', error);
        using var batch = new PacketBatch();
        batch.Add(_buffers.Fill(PacketBuilder.Ip(Local, Remote, IpProtocol.Esp).Payload(60).Build()));
        batch.Add(_buffers.Fill(PacketBuilder.Ip(Local, Remote, IpProtocol.Esp).Payload(60).Build()));
        rig.Capture.Cipher.Send(batch);
        Assert.Equal((sent, failed), (rig.Capture.Cipher.Stats.SentPackets, rig.Capture.Cipher.Stats.SendFailures));
    }

    [Fact]
    public void Receive_NoBufferFree_NothingIsLost()
    {
        var few = new IpsecDp.Adapters.PortBuffers(4, 1);
        using var rig = CaptureRig.Create(Plan, change: options => options with { Buffers = few });
        for (var i = 0; i < 40; i++)
        {
            rig.Kernel.HostSends(MarkedPacket.Build(i, 200, IpsecDp.TestKit.Line.TestSa.Address(Local), IpsecDp.TestKit.Line.TestSa.Address(Remote), 1, 2));
        }

        var numbers = new List<int>();
        while (numbers.Count < 40)
        {
            using var batch = Receive(rig.Capture.Clear.Receive);
            numbers.AddRange(Enumerable.Range(0, batch.Count).SelectMany(index => MarkedPacket.ReadNumbers(batch[index]!.Packet, default)));
        }

        Assert.Equal(Enumerable.Range(0, 40), numbers);
    }

    [Fact]
    public void Handles_Several_ShareTheAddressesAndEachFlowKeepsItsOrder()
    {
        using var rig = CaptureRig.Create(TestPlan.Empty with { Outbound = [TestPlan.Selector(Local, "10.2.0.0/16")] }, change: options => options with { Handles = 4 });
        Assert.Equal(4, rig.Capture.Filters.Outbound.Count);
        for (var i = 0; i < 400; i++)
        {
            var remote = IpsecDp.TestKit.Line.TestSa.Address(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"10.2.{i % 4 * 64}.1"));
            rig.Kernel.HostSends(MarkedPacket.Build(i, 100, IpsecDp.TestKit.Line.TestSa.Address(Local), remote, 1, 2));
        }

        var numbers = new List<int>();
        while (numbers.Count < 400)
        {
            using var batch = Receive(rig.Capture.Clear.Receive);
            numbers.AddRange(Enumerable.Range(0, batch.Count).SelectMany(index => MarkedPacket.ReadNumbers(batch[index]!.Packet, default)));
        }

        Assert.All(numbers.GroupBy(number => number % 4), flow => Assert.Equal(flow.Order(), flow));
        Assert.Empty(rig.Kernel.Wire);
    }

    [Fact]
    public void Queue_Overflowing_LossIsEstimatedFromCaptureTimes()
    {
        var clock = new TickingClock();
        using var rig = CaptureRig.Create(Plan, time: clock);
        var packet = PacketBuilder.Udp(Local, Remote, 1, 2).Payload(10).Build();
        // A hole is one between two readings, and is told in packets once readings of several have shown how dense they come:
        // a reader that waited takes one, and on a busy machine that one may be the first behind the hole.
        Flow(3000);
        Take(3000);
        Flow(20_000);
        var lost = rig.Kernel.Overflowed;
        Assert.InRange(lost, 2000, 20_000 - 16_384);
        Take(20_000 - lost);
        Assert.InRange(rig.Capture.Counts.EstimatedLosses, lost * 9 / 10, lost * 11 / 10);

        void Flow(int count)
        {
            for (var i = 0; i < count; i++)
            {
                clock.Advance();
                rig.Kernel.HostSends(packet);
            }
        }

        void Take(long count)
        {
            for (var received = 0L; received < count;)
            {
                using var batch = Receive(rig.Capture.Clear.Receive);
                received += batch.Count;
            }
        }
    }

    // Ten microseconds a packet, and no time but that.
    private sealed class TickingClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => 1_000_000;

        public void Advance() => Interlocked.Add(ref _ticks, 10);

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);
    }

    private static PacketBatch Receive(Func<PacketBatch, bool> receive)
    {
        var batch = new PacketBatch();
        using var reader = new TestThread("line", () => Assert.True(receive(batch)));
        reader.Join();
        return batch;
    }

    private static void AssertClamped(Span<byte> packet, int expected)
    {
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.True(TcpView.TryView(view.Payload, out var tcp));
        var at = tcp.Options.IndexOf((byte)2);
        Assert.Equal(expected, (tcp.Options[at + 2] << 8) | tcp.Options[at + 3]);
        Assert.Equal(NaiveChecksum.Transport(view.Source, view.Destination, IpProtocol.Tcp, view.Payload), tcp.Checksum);
    }

    private static byte[] TooBigAbout(byte[] offending)
    {
        Assert.True(IpPacketView.TryView(offending, out var view));
        var message = new byte[IcmpErrors.MaximumLength];
        return message[..IcmpErrors.WriteTooBig(view, IpsecDp.TestKit.Line.TestSa.Address("10.9.9.9"), 1300, message)];
    }

    private static byte[] With(byte[] packet, int at, byte first, byte second)
    {
        var changed = (byte[])packet.Clone();
        (changed[at], changed[at + 1]) = (first, second);
        return changed;
    }
}
