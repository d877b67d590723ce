using System.Buffers.Binary;

namespace Offload.Tests.Workloads.PcapReplay;

/// <summary>Writes capture files of either format and byte order, by the published layouts.</summary>
internal sealed class CaptureBuilder(bool isBigEndian)
{
    private readonly List<byte> _octets = [];

    internal byte[] File => [.. _octets];

    internal CaptureBuilder PcapHeader(uint linkType, bool isNanoseconds = false) =>
        Word(isNanoseconds ? 0xA1B23C4D : 0xA1B2C3D4).Half(2).Half(4).Word(0).Word(0).Word(65535).Word(linkType);

    internal CaptureBuilder PcapRecord(byte[] frame, uint seconds = 0, uint fraction = 0) =>
        Word(seconds).Word(fraction).Word((uint)frame.Length).Word((uint)frame.Length).Octets(frame);

    internal CaptureBuilder Section() => Block(0x0A0D0D0A, b => b.Word(0x1A2B3C4D).Half(1).Half(0).Word(uint.MaxValue).Word(uint.MaxValue));

    internal CaptureBuilder Interface(ushort linkType, byte? resolution = null) =>
        Block(1, b =>
        {
            b.Half(linkType).Half(0).Word(65535);
            if (resolution is { } r)
            {
                b.Half(9).Half(1).Octets([r, 0, 0, 0]).Word(0);
            }
        });

    internal CaptureBuilder Enhanced(byte[] frame, uint number = 0, ulong time = 0) =>
        Block(6, b => b.Word(number).Word((uint)(time >> 32)).Word((uint)time).Word((uint)frame.Length).Word((uint)frame.Length).Octets(frame).Pad(frame.Length));

    internal CaptureBuilder Simple(byte[] frame) => Block(3, b => b.Word((uint)frame.Length).Octets(frame).Pad(frame.Length));

    internal CaptureBuilder Block(uint type, Action<CaptureBuilder> write)
    {
        var body = new CaptureBuilder(isBigEndian);
        write(body);
        var length = (uint)body._octets.Count + 12;
        return Word(type).Word(length).Octets(body.File).Word(length);
    }

    internal CaptureBuilder Word(uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, isBigEndian ? value : BinaryPrimitives.ReverseEndianness(value));
        _octets.AddRange(octets);
        return this;
    }

    internal CaptureBuilder Half(ushort value)
    {
        Span<byte> octets = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, isBigEndian ? value : BinaryPrimitives.ReverseEndianness(value));
        _octets.AddRange(octets);
        return this;
    }

    internal CaptureBuilder Octets(byte[] octets)
    {
        _octets.AddRange(octets);
        return this;
    }

    private CaptureBuilder Pad(int length) => Octets(new byte[-length & 3]);
}
