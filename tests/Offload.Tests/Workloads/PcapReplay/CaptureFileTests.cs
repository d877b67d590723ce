using IpsecDp.Workloads.PcapReplay;

namespace Offload.Tests.Workloads.PcapReplay;

public sealed class CaptureFileTests
{
    public static TheoryData<uint, string, bool> LinkTypes => new()
    {
        { 101, "", false }, { 101, "", true }, { 12, "", false }, { 14, "", true }, { 228, "", false }, { 229, "", true },
        { 1, "0200000000010200000000020800", false }, { 1, "02000000000102000000000286DD", true },
        { 1, "0200000000010200000000028100000A0800", false }, { 1, "02000000000102000000000288A8000A8100000B86DD", true },
        { 0, "02000000", false }, { 0, "00000002", false }, { 0, "1E000000", true }, { 108, "00000018", true },
        { 113, "00000001000600000000000000000800", false }, { 113, "000000010006000000000000000086DD", true },
        { 276, "0800000000000001000100060000000000000000", false }, { 276, "86DD000000000001000100060000000000000000", true },
    };

    [Theory]
    [MemberData(nameof(LinkTypes))]
    public void Read_EveryLinkTypeFormatAndByteOrder_FindsTheIpPackets(uint linkType, string linkHeader, bool isV6)
    {
        var packets = CapturePackets.Of(isV6, 5);
        var frames = packets.Select(p => (byte[])[.. Convert.FromHexString(linkHeader), .. p]).ToArray();
        foreach (var isBigEndian in new[] { false, true })
        {
            var pcap = new CaptureBuilder(isBigEndian).PcapHeader(linkType);
            Array.ForEach(frames, f => pcap.PcapRecord(f));
            AssertHolds(packets, pcap.File);

            var pcapng = new CaptureBuilder(isBigEndian).Section().Interface((ushort)linkType);
            Array.ForEach(frames, f => pcapng.Enhanced(f).Simple(f));
            AssertHolds([.. packets.SelectMany(p => new[] { p, p })], pcapng.File);
        }
    }

    [Fact]
    public void Read_EthernetTrailerAndOtherProtocols_CutsAndSkips()
    {
        var packet = CapturePackets.Of(isV6: false, 1)[0];
        byte[] link = [.. new byte[12], 8, 0];
        byte[] arp = [.. new byte[12], 8, 6, .. new byte[28]];
        var file = Read(new CaptureBuilder(false).PcapHeader(1).PcapRecord([.. link, .. packet, 1, 2, 3]).PcapRecord(arp).PcapRecord([.. link, .. packet[..^1]]).File);

        Assert.Equal(CaptureFault.None, file.Fault);
        Assert.Equal(2, file.Skipped);
        Assert.Equal(packet, file.OctetsOf(Assert.Single(file.Packets.ToArray())));
    }

    [Theory]
    [InlineData(null, 1_500_000ul, 1_500_000_000)]
    [InlineData((byte)6, 1_500_000ul, 1_500_000_000)]
    [InlineData((byte)9, 1_500_000_001ul, 1_500_000_001)]
    [InlineData((byte)3, 1_500ul, 1_500_000_000)]
    [InlineData((byte)0x8A, 1_536ul, 1_500_000_000)]
    [InlineData((byte)0, 3ul, 3_000_000_000)]
    [InlineData((byte)9, ulong.MaxValue, long.MaxValue)]
    [InlineData((byte)0, ulong.MaxValue, long.MaxValue)]
    [InlineData((byte)0x7F, ulong.MaxValue, 0)]
    public void Read_PcapngResolution_GivesNanoseconds(byte? resolution, ulong time, long expected)
    {
        var file = Read(new CaptureBuilder(true).Section().Interface(101, resolution).Enhanced(CapturePackets.Of(isV6: false, 1)[0], time: time).File);

        Assert.Equal(expected, file.Packets[0].CapturedAt);
    }

    [Theory]
    [InlineData(false, 2_000_005_000)]
    [InlineData(true, 2_000_000_005)]
    public void Read_PcapFraction_GivesNanoseconds(bool isNanoseconds, long expected)
    {
        var file = Read(new CaptureBuilder(false).PcapHeader(101, isNanoseconds).PcapRecord(CapturePackets.Of(isV6: false, 1)[0], 2, 5).File);

        Assert.Equal(expected, file.Packets[0].CapturedAt);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_EveryTruncation_KeepsWholePacketsAndNamesTheFault(bool isPcapng)
    {
        var packets = CapturePackets.Of(isV6: false, 3);
        var builder = isPcapng ? new CaptureBuilder(false).Section().Interface(101, 9) : new CaptureBuilder(false).PcapHeader(101);
        var ends = new List<int> { builder.File.Length };
        foreach (var packet in packets)
        {
            ends.Add((isPcapng ? builder.Enhanced(packet) : builder.PcapRecord(packet)).File.Length);
        }

        var whole = builder.File;
        var blockEnds = isPcapng ? [0, 28, .. ends] : ends;
        for (var length = 0; length <= whole.Length; length++)
        {
            var file = Read(whole[..length]);
            Assert.Equal(ends.Count(e => e <= length) - (length >= ends[0] ? 1 : 0), file.Packets.Length);
            var isEnd = blockEnds.Contains(length) && length > 0;
            Assert.Equal(isEnd ? CaptureFault.None : length < 4 ? CaptureFault.NotACapture : CaptureFault.Truncated, file.Fault);
            Assert.InRange(file.FaultAt, 0, length);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_AnyOctetReplaced_NeverThrows(bool isPcapng)
    {
        var packets = CapturePackets.Of(isV6: true, 2);
        var whole = isPcapng
            ? new CaptureBuilder(true).Section().Interface(101, 6).Enhanced(packets[0]).Simple(packets[1]).Block(0xBAD, b => b.Word(1)).File
            : new CaptureBuilder(true).PcapHeader(101).PcapRecord(packets[0]).PcapRecord(packets[1]).File;
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var value in new byte[] { 0x00, 0x01, 0x7F, 0x80, 0xFF })
            {
                var damaged = (byte[])whole.Clone();
                damaged[at] = value;
                Assert.InRange(Read(damaged).Packets.Length, 0, 2);
            }
        }
    }

    [Fact]
    public void Read_Faults_AreNamedWithTheirPlace()
    {
        var packet = CapturePackets.Of(isV6: false, 1)[0];
        AssertFault(CaptureFault.NotACapture, 0, "this is no capture"u8.ToArray());
        AssertFault(CaptureFault.UnsupportedLinkType, 20, new CaptureBuilder(false).PcapHeader(147).File);
        AssertFault(CaptureFault.UnknownVersion, 4, new CaptureBuilder(false).Word(0xA1B2C3D4).Half(3).Half(0).Word(0).Word(0).Word(1).Word(101).File);
        AssertFault(CaptureFault.ImpossibleLength, 24, new CaptureBuilder(false).PcapHeader(101).Word(0).Word(0).Word(uint.MaxValue).Word(1).File);
        AssertFault(CaptureFault.UnknownInterface, 36, new CaptureBuilder(true).Section().Enhanced(packet).File);
        AssertFault(CaptureFault.UnknownInterface, 36, new CaptureBuilder(true).Section().Simple(packet).File);
        AssertFault(CaptureFault.ImpossibleLength, 28, new CaptureBuilder(true).Section().Word(1).Word(8).Word(8).File);
        AssertFault(CaptureFault.ImpossibleLength, 28, new CaptureBuilder(true).Section().Word(1).Word(uint.MaxValue).Word(8).File);
    }

    [Fact]
    public void Read_MoreThanTheLimits_StopsThere()
    {
        var packet = CapturePackets.Of(isV6: false, 1)[0];
        var three = new CaptureBuilder(false).PcapHeader(101).PcapRecord(packet).PcapRecord(packet).PcapRecord(packet).File;
        var file = CaptureFile.Read(three, new CaptureLimits { Packets = 2 });
        Assert.Equal((CaptureFault.TooMany, 2), (file.Fault, file.Packets.Length));

        var interfaces = new CaptureBuilder(false).Section().Interface(1).Interface(1).Interface(1).File;
        Assert.Equal(CaptureFault.TooMany, CaptureFile.Read(interfaces, new CaptureLimits { Interfaces = 2 }).Fault);
    }

    [Fact]
    public void Read_PublishedCaptures_GiveIpPackets()
    {
        var folder = Path.Combine(VectorsFolder(), "tcpdump");
        Assert.SkipUnless(Directory.Exists(folder), "the tcpdump captures are absent (IPSECDP_VECTORS)");
        string[] names = ["isakmp4500.pcap", "espudp1.pcap", "02-sunrise-sunset-esp.pcap", "08-sunrise-sunset-aes.pcap"];
        foreach (var name in names.Where(n => File.Exists(Path.Combine(folder, n))))
        {
            var file = Read(File.ReadAllBytes(Path.Combine(folder, name)));
            Assert.True(file.Fault == CaptureFault.None && file.Packets.Length > 0, $"{name}: {file.FaultText}");
        }
    }

    internal static string VectorsFolder()
    {
        if (Environment.GetEnvironmentVariable("IPSECDP_VECTORS") is { Length: > 0 } given)
        {
            return given;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IpsecDp.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? ".", "..", "shared", "vectors");
    }

    internal static CaptureFile Read(byte[] octets) => CaptureFile.Read(octets, new CaptureLimits());

    private static void AssertHolds(byte[][] packets, byte[] octets)
    {
        var file = Read(octets);
        Assert.True(file.Fault == CaptureFault.None, file.FaultText);
        Assert.Equal(packets, file.Packets.ToArray().Select(p => file.OctetsOf(p).ToArray()));
    }

    private static void AssertFault(CaptureFault fault, long at, byte[] octets)
    {
        var file = Read(octets);
        Assert.Equal((fault, at), (file.Fault, file.FaultAt));
        Assert.Contains($"octet {at}", file.FaultText, StringComparison.Ordinal);
    }
}
