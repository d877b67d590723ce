using System.Runtime.InteropServices;
using IpsecDp.Adapters.Windows;
using IpsecDp.TestKit.Divert;

namespace Windows.Tests.Library;

/// <summary>The DLL's helper functions over arrays, through the shipped binding.</summary>
internal static unsafe class DllCalls
{
    // The DLL reads up to 40 octets behind a short packet.
    private const int Slack = 64;
    private const int LargestText = 65536;

    /// <summary>A filter as the DLL compiles it.</summary>
    public sealed record Compiled(bool IsTaken, string Error, uint ErrorAt, string Object, string Formatted);

    /// <summary>Where the DLL finds headers; -1 for one that is not there.</summary>
    public sealed record Parsed(bool IsTaken, int Protocol, IReadOnlyDictionary<string, int> At, uint DataLength, uint NextLength);

    public static Compiled Compile(string filter, int layer)
    {
        var room = new byte[LargestText];
        fixed (byte* text = room)
        {
            byte* error = null;
            uint errorAt = 0;
            var isTaken = WinDivertNative.CompileFilter(filter, layer, text, LargestText, &error, &errorAt);
            var compiled = isTaken ? Text(text) : string.Empty;
            var formatted = isTaken && WinDivertNative.FormatFilter(filter, layer, text, LargestText) ? Text(text) : string.Empty;
            return new(isTaken, Text(error), errorAt, compiled, formatted);
        }
    }

    public static bool Matches(string filter, byte[] packet, DivertAddressImage address)
    {
        var image = MemoryMarshal.Read<WinDivertAddress>(address.Octets);
        fixed (byte* octets = WithSlack(packet))
        {
            return WinDivertNative.EvaluateFilter(filter, octets, (uint)packet.Length, &image);
        }
    }

    public static Parsed Parse(byte[] packet)
    {
        fixed (byte* start = WithSlack(packet))
        {
            byte* v4, v6, icmp, icmpv6, tcp, udp, data, next;
            byte protocol;
            uint dataLength, nextLength;
            if (!WinDivertNative.ParsePacket(start, (uint)packet.Length, &v4, &v6, &protocol, &icmp, &icmpv6, &tcp, &udp, &data, &dataLength, &next, &nextLength))
            {
                return new(false, 0, new Dictionary<string, int>(), 0, 0);
            }

            var at = new Dictionary<string, int>
            {
                ["ip"] = At(start, v4),
                ["ipv6"] = At(start, v6),
                ["icmp"] = At(start, icmp),
                ["icmpv6"] = At(start, icmpv6),
                ["tcp"] = At(start, tcp),
                ["udp"] = At(start, udp),
                ["data"] = At(start, data),
                ["next"] = At(start, next),
            };
            return new(true, protocol, at, dataLength, nextLength);
        }
    }

    public static (bool IsDone, byte[] Packet, byte AddressFlags) CalculateChecksums(byte[] packet, DivertAddressImage? address, ulong flags)
    {
        var octets = WithSlack(packet);
        var image = address is { } given ? MemoryMarshal.Read<WinDivertAddress>(given.Octets) : default;
        fixed (byte* start = octets)
        {
            var isDone = WinDivertNative.CalculateChecksums(start, (uint)packet.Length, address is null ? null : &image, flags);
            return (isDone, octets[..packet.Length], (byte)image.Marks);
        }
    }

    public static (bool IsDone, byte[] Packet) DecrementTimeToLive(byte[] packet)
    {
        var octets = WithSlack(packet);
        fixed (byte* start = octets)
        {
            var isDone = WinDivertNative.DecrementTimeToLive(start, (uint)packet.Length);
            return (isDone, octets[..packet.Length]);
        }
    }

    private static byte[] WithSlack(byte[] packet) => [.. packet, .. new byte[Slack]];

    private static int At(byte* start, byte* header) => header == null ? -1 : (int)(header - start);

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? string.Empty;
}
