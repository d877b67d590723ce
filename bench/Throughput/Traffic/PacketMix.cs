using System.Globalization;

namespace IpsecDp.Throughput.Traffic;

/// <summary>The lengths clear IP packets come in, again and again in the same order.</summary>
internal sealed record PacketMix(string Name, IReadOnlyList<int> Lengths)
{
    /// <summary>Shortest packet that can be made: headers and the number that proves the order.</summary>
    public const int Shortest = NumberedPacket.NumberAt + sizeof(ulong);

    private const int Longest = 9000;

    /// <summary>Seven short, four middling and one long packet, spread over each other as on a link.</summary>
    public static PacketMix Imix { get; } = new("imix", [64, 576, 64, 64, 576, 64, 1400, 64, 576, 64, 576, 64]);

    /// <summary>Mean length in octets.</summary>
    public double MeanLength => Lengths.Average();

    /// <summary>Greatest length in octets.</summary>
    public int MaximumLength => Lengths.Max();

    /// <summary>Reads <c>imix</c> or a length in octets; throws <see cref="ArgumentException"/> for anything else.</summary>
    public static PacketMix Parse(string text)
    {
        if (text == Imix.Name)
        {
            return Imix;
        }

        return int.TryParse(text, CultureInfo.InvariantCulture, out var length) && length is >= Shortest and <= Longest
            ? new PacketMix(text, [length])
            : throw new ArgumentException($"'{text}' is neither imix nor a length from {Shortest} to {Longest}");
    }

    /// <summary>Length of the packet that comes as number <paramref name="index"/>.</summary>
    public int LengthOf(long index) => Lengths[(int)(index % Lengths.Count)];
}
