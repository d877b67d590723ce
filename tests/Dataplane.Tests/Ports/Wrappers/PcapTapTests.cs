using System.Diagnostics;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.Ports.Wrappers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Wrappers;

public sealed class PcapTapTests : IDisposable
{
    private readonly RigBuffers _buffers = new();
    private readonly MemoryStream _stream = new();
    private readonly SteppedClock _clock = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero) + TimeSpan.FromTicks(1234567));

    [Fact]
    public void Capture_BothDirectionsOfTwoPorts_ReadsBackAsItWas()
    {
        using var clear = new MemoryClearPort(new MemoryPortOptions { Name = "tun:é0/0" });
        var (a, b) = MemoryCipherLink.Create();
        using (var file = new PcapngFile(_stream, _clock))
        {
            using var clearTap = new TappedClearPort(clear, new PcapTap(file, clear.Name));
            using var cipherTap = new TappedCipherPort(a, new PcapTap(file, a.Name));
            Through(batch => clear.HostSend(batch), MarkedPacket.Build(1, 101));
            Through(batch => Assert.True(clearTap.Receive(batch)));
            Through(clearTap.Inject, MarkedPacket.Build(2, 102));
            Through(cipherTap.Send, MarkedPacket.Build(3, 103), MarkedPacket.Build(4, 104));
            Through(cipherTap.Pass, MarkedPacket.Build(5, 105));
            Through(b.Send, MarkedPacket.Build(6, 106));
            Through(batch => Assert.True(cipherTap.Receive(batch)));
            Assert.Equal(6, file.Written);
        }

        var capture = PcapngReader.Read(_stream.ToArray());
        Assert.Equal([new(101, "tun:é0/0", 9), new(101, "memory:a", 9)], capture.Interfaces);
        Assert.Equal([(0, 1u), (0, 2u), (1, 2u), (1, 2u), (1, 2u), (1, 1u)], capture.Packets.Select(packet => (packet.Interface, packet.Flags)));
        Assert.All(capture.Packets, (packet, index) => Assert.Equal(MarkedPacket.Build(index + 1, 101 + index), packet.Octets));
        var expected = (ulong)((_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);
        Assert.All(capture.Packets, packet => Assert.Equal((expected, packet.Octets.Length), (packet.Time, packet.OriginalLength)));
    }

    [Fact]
    public void Capture_CutAnywhere_IsNoLongerReadWhole()
    {
        WriteOne(MarkedPacket.Build(1, 101));
        var whole = _stream.ToArray();
        Assert.Single(PcapngReader.Read(whole).Packets);
        for (var length = 1; length < whole.Length; length++)
        {
            var exception = Record.Exception(() => Assert.Single(PcapngReader.Read(whole.AsSpan(0, length)).Packets));
            Assert.NotNull(exception);
        }
    }

    [Fact]
    public void Capture_Superframe_SaysHowItDivides()
    {
        var (octets, segments) = MarkedPacket.BuildSuperframe(0, 40, 1400);
        WriteOne(octets, segments);
        var packet = Assert.Single(PcapngReader.Read(_stream.ToArray()).Packets);
        Assert.Equal("superframe: Udp, 40 packets of 28 + 1400 octets", packet.Comment);
        Assert.Equal(octets, packet.Octets);
    }

    [Fact]
    public void Capture_CipherSuperframe_HoldsEachPacketAsTheNetworkCarriesIt()
    {
        using var pair = SteppedPair.InUdp();
        var frame = Assert.Single(pair.A.SendFrames(new Frame(PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 1, 2).Payload(2500).Build(), new Segmentation(SegmentKind.Tcp, 1000, 40, IsChecksumMissing: true))));
        WriteOne(frame.Octets, frame.Segments);
        var packets = PcapngReader.Read(_stream.ToArray()).Packets;
        Assert.Equal(frame.Split(), packets.Select(packet => packet.Octets));
        Assert.All(packets, packet => Assert.Null(packet.Comment));
        // What was captured can be opened packet by packet.
        Assert.Equal(3, pair.B.Receive([.. packets.Select(packet => packet.Octets)]).Count);
    }

    [Fact]
    public void Capture_CipherSuperframeWhoseSegmentsLie_StaysWhole()
    {
        var frame = Frame.Of([.. Enumerable.Range(0, 3).Select(_ => PacketBuilder.Udp("192.0.2.1", "198.51.100.1", 4500, 4500).Payload(600).Build())]);
        WriteOne(frame.Octets, frame.Segments with { HeaderLength = 20 });
        Assert.Equal(frame.Octets, Assert.Single(PcapngReader.Read(_stream.ToArray()).Packets).Octets);
    }

    [Fact]
    public void Capture_CipherSuperframeReadByTshark_IsDecrypted()
    {
        Assert.SkipUnless(HasTshark(), "tshark is not installed");
        using var pair = SteppedPair.InUdp();
        var frame = Assert.Single(pair.A.SendFrames(new Frame(PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 1001, 2002).Payload(2500).Build(), new Segmentation(SegmentKind.Tcp, 1000, 40, IsChecksumMissing: true))));
        WriteOne(frame.Octets, frame.Segments);
        var key = Convert.ToHexString(TestSa.Model(SteppedPair.SpiToB, pair.AddressA, pair.AddressB, true, IpsecDp.Ipsec.Sad.SaMode.Tunnel).Keys.Encryption.Reveal());
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, _stream.ToArray());
            var sa = $"uat:esp_sa:\"IPv4\",\"{pair.AddressA}\",\"{pair.AddressB}\",\"0x{SteppedPair.SpiToB:x8}\",\"AES-GCM with 16 octet ICV [RFC4106]\",\"0x{key}\",\"NULL\",\"\"";
            var fields = Tshark("-n", "-r", path, "-o", "esp.enable_encryption_decode:TRUE", "-o", sa, "-T", "fields", "-e", "tcp.srcport", "-e", "tcp.len", "-e", "udp.checksum");
            Assert.Equal("1001\t1000\t0x0000\n1001\t1000\t0x0000\n1001\t500\t0x0000", fields.Trim().ReplaceLineEndings("\n"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Capture_ChecksumStillMissing_SaysSo()
    {
        WriteOne(MarkedPacket.Build(1, 100), Segmentation.ChecksumMissing);
        Assert.Equal("transport checksum still to be computed", Assert.Single(PcapngReader.Read(_stream.ToArray()).Packets).Comment);
    }

    [Fact]
    public void Capture_ByTwoThreadsMoreThanTheBuffer_KeepsEveryBlockWhole()
    {
        const int PerThread = 4_000;
        using (var file = new PcapngFile(_stream, _clock))
        {
            var tap = new PcapTap(file, "port");
            using (new TestThread("inbound", () => ObserveMany(tap, PacketDirection.Inbound, PerThread)))
            using (new TestThread("outbound", () => ObserveMany(tap, PacketDirection.Outbound, PerThread)))
            {
            }

            Assert.Equal(2 * PerThread, file.Written);
        }

        var packets = PcapngReader.Read(_stream.ToArray()).Packets;
        Assert.Equal(Enumerable.Range(0, PerThread), packets.Where(packet => packet.Flags == 1).Select(Number));
        Assert.Equal(Enumerable.Range(0, PerThread), packets.Where(packet => packet.Flags == 2).Select(Number));
    }

    [Fact]
    public void Capture_DiskFull_StopsCountsAndLeavesTheTrafficAlone()
    {
        using var disk = new FullDisk(1_000);
        using var file = new PcapngFile(disk, _clock);
        var (a, b) = MemoryCipherLink.Create();
        using var port = new TappedCipherPort(a, new PcapTap(file, a.Name));
        Through(port.Send, MarkedPacket.Build(1, 500));
        file.Flush();
        Assert.Equal((1, 0, null), (file.Written, file.Lost, file.Failure));
        Through(port.Send, MarkedPacket.Build(2, 500), MarkedPacket.Build(3, 500));
        file.Flush();
        Through(port.Send, MarkedPacket.Build(4, 500));
        Assert.Equal((1, 3, "the disk is full"), (file.Written, file.Lost, file.Failure));
        Assert.Equal(4, a.Stats.SentPackets);
        file.Dispose();
        Assert.True(disk.IsDisposed);
        b.Dispose();
    }

    [Fact]
    public void Capture_AfterDispose_CountsAsLost()
    {
        var file = new PcapngFile(_stream, _clock);
        var tap = new PcapTap(file, "port");
        file.Dispose();
        ObserveMany(tap, PacketDirection.Inbound, 3);
        tap.Flush();
        Assert.Equal((0, 3), (file.Written, file.Lost));
    }

    [Fact]
    public void Capture_ReadByTshark_GivesTheSamePackets()
    {
        Assert.SkipUnless(HasTshark(), "tshark is not installed");
        WriteOne(MarkedPacket.Build(1, 101));
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, _stream.ToArray());
            var fields = Tshark("-r", path, "-T", "fields", "-e", "ip.src", "-e", "udp.dstport", "-e", "frame.len", "-e", "frame.interface_name", "-e", "frame.time_epoch");
            Assert.Equal("192.0.2.1\t4097\t101\tport\t1772600767.123456700", fields.Trim());
        }
        finally
        {
            File.Delete(path);
        }
    }

    public void Dispose() => _stream.Dispose();

    private static int Number(PcapngReader.Packet packet)
    {
        Assert.True(MarkedPacket.TryReadNumber(packet.Octets, out var number));
        return number;
    }

    private void WriteOne(byte[] octets, Segmentation segments = default)
    {
        using var file = new PcapngFile(_stream, _clock);
        using var batch = new PacketBatch();
        batch.Add(_buffers.Fill(octets, segments));
        new PcapTap(file, "port").Observe(batch, 0, PacketDirection.Inbound);
    }

    private void ObserveMany(PcapTap tap, PacketDirection direction, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var batch = new PacketBatch();
            batch.Add(_buffers.Fill(MarkedPacket.Build(i, 120 + (i & 7))));
            tap.Observe(batch, 0, direction);
        }
    }

    private void Through(Action<PacketBatch> port, params byte[][] packets)
    {
        using var batch = new PacketBatch();
        foreach (var packet in packets)
        {
            batch.Add(_buffers.Fill(packet));
        }

        port(batch);
    }

    private static bool HasTshark() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "tshark")));

    private static string Tshark(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private sealed class FullDisk(long capacity) : MemoryStream
    {
        public bool IsDisposed { get; private set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > capacity)
            {
                throw new IOException("the disk is full");
            }

            base.Write(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
