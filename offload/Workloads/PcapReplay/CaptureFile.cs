using System.Buffers.Binary;
using System.Globalization;

namespace IpsecDp.Workloads.PcapReplay;

/// <summary>The IP packets of a pcap or pcapng file; a file with a fault keeps the packets before it.</summary>
public sealed class CaptureFile
{
    private readonly byte[] _octets;
    private readonly CapturedPacket[] _packets;

    private CaptureFile(byte[] octets, CaptureScan scan)
    {
        _octets = octets;
        _packets = [.. scan.Packets];
        Skipped = scan.Skipped;
        Fault = scan.Fault;
        FaultAt = scan.FaultAt;
    }

    /// <summary>Packets found, in file order.</summary>
    public ReadOnlySpan<CapturedPacket> Packets => _packets;

    /// <summary>Frames that hold no whole IP packet: other protocols, or cut off by the capture's snap length.</summary>
    public int Skipped { get; }

    /// <summary>Why reading ended early, <see cref="CaptureFault.None"/> when it did not.</summary>
    public CaptureFault Fault { get; }

    /// <summary>Where in the file the fault lies, in octets.</summary>
    public long FaultAt { get; }

    /// <summary>The fault in words.</summary>
    public string FaultText => string.Create(CultureInfo.InvariantCulture, $"{Sentence(Fault)} (at octet {FaultAt})");

    /// <summary>Reads a file; nothing in it makes this throw.</summary>
    public static CaptureFile Read(byte[] octets, CaptureLimits limits)
    {
        ArgumentNullException.ThrowIfNull(octets);
        ArgumentNullException.ThrowIfNull(limits);
        var scan = new CaptureScan(octets, limits);
        var magic = octets.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32BigEndian(octets);
        if (magic == PcapngReader.SectionHeader)
        {
            PcapngReader.Read(scan);
        }
        else if (PcapReader.IsMagic(magic))
        {
            PcapReader.Read(scan);
        }
        else
        {
            scan.Fail(CaptureFault.NotACapture, 0);
        }

        return new(octets, scan);
    }

    /// <summary>The octets of a packet; the file's own, so writing to them changes the file in memory.</summary>
    public Span<byte> OctetsOf(CapturedPacket packet) => _octets.AsSpan(packet.Offset, packet.Length);

    private static string Sentence(CaptureFault fault) => fault switch
    {
        CaptureFault.None => "the capture file is whole",
        CaptureFault.NotACapture => "the file is neither pcap nor pcapng",
        CaptureFault.UnknownVersion => "the capture file has a version this reader does not know",
        CaptureFault.Truncated => "the capture file ends in the middle of a header, record or block",
        CaptureFault.ImpossibleLength => "the capture file states a length that cannot be",
        CaptureFault.UnknownInterface => "the capture file has a packet of an interface it does not describe",
        CaptureFault.UnsupportedLinkType => "the capture file's link type is not one of RAW, IPV4, IPV6, ETHERNET, NULL, LOOP, LINUX_SLL, LINUX_SLL2",
        CaptureFault.TooMany => "the capture file has more packets or interfaces than the limits allow",
        _ => "the capture file is faulty",
    };
}
