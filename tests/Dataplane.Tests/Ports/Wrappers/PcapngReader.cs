using System.Buffers.Binary;
using System.Text;

namespace Dataplane.Tests.Ports.Wrappers;

/// <summary>A strict reader of little-endian pcapng, written from draft-ietf-opsawg-pcapng alone.</summary>
internal static class PcapngReader
{
    public sealed record Interface(int LinkType, string Name, int TimeExponent);

    public sealed record Packet(int Interface, ulong Time, byte[] Octets, int OriginalLength, uint Flags, string? Comment);

    public sealed record Capture(IReadOnlyList<Interface> Interfaces, IReadOnlyList<Packet> Packets);

    public static Capture Read(ReadOnlySpan<byte> file)
    {
        var interfaces = new List<Interface>();
        var packets = new List<Packet>();
        var isFirst = true;
        while (!file.IsEmpty)
        {
            var type = BinaryPrimitives.ReadUInt32LittleEndian(file);
            var length = BinaryPrimitives.ReadInt32LittleEndian(file[4..]);
            Require(length % 4 == 0 && length >= 12 && BinaryPrimitives.ReadInt32LittleEndian(file[(length - 4)..]) == length, "block length");
            var body = file[8..(length - 4)];
            Require(isFirst == (type == 0x0A0D0D0A), "one section header, first");
            isFirst = false;
            switch (type)
            {
                case 0x0A0D0D0A:
                    Require(BinaryPrimitives.ReadUInt32LittleEndian(body) == 0x1A2B3C4D, "byte-order magic");
                    Require(BinaryPrimitives.ReadUInt32LittleEndian(body[4..]) == 1, "version 1.0");
                    break;
                case 1:
                    interfaces.Add(ReadInterface(body));
                    break;
                case 6:
                    packets.Add(ReadPacket(body));
                    Require(packets[^1].Interface < interfaces.Count, "interface declared before its packets");
                    break;
                default:
                    throw new InvalidDataException($"block type {type:X}");
            }

            file = file[length..];
        }

        return new Capture(interfaces, packets);
    }

    private static Interface ReadInterface(ReadOnlySpan<byte> body)
    {
        var options = ReadOptions(body[8..]);
        return new Interface(BinaryPrimitives.ReadUInt16LittleEndian(body), Encoding.UTF8.GetString(options[2]), Assert.Single(options[9]));
    }

    private static Packet ReadPacket(ReadOnlySpan<byte> body)
    {
        var captured = BinaryPrimitives.ReadInt32LittleEndian(body[12..]);
        var options = ReadOptions(body[(20 + ((captured + 3) / 4 * 4))..]);
        return new Packet(
            BinaryPrimitives.ReadInt32LittleEndian(body),
            ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(body[4..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(body[8..]),
            body.Slice(20, captured).ToArray(),
            BinaryPrimitives.ReadInt32LittleEndian(body[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(options[2]),
            options.TryGetValue(1, out var comment) ? Encoding.UTF8.GetString(comment) : null);
    }

    private static Dictionary<int, byte[]> ReadOptions(ReadOnlySpan<byte> options)
    {
        var read = new Dictionary<int, byte[]>();
        while (true)
        {
            var code = BinaryPrimitives.ReadUInt16LittleEndian(options);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(options[2..]);
            options = options[4..];
            if (code == 0)
            {
                Require(length == 0 && options.IsEmpty, "end of options");
                return read;
            }

            read.Add(code, options[..length].ToArray());
            options = options[((length + 3) / 4 * 4)..];
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidDataException(what);
        }
    }
}
