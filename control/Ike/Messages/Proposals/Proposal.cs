using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Proposals;

/// <summary>One proposal (RFC 7296 §3.3.1): of each type of transform in it one is to be chosen.</summary>
/// <param name="Number">Its place, from 1; an answer repeats it.</param>
/// <param name="Protocol">What the SA is of.</param>
/// <param name="Spi">The sender's SPI; empty in the first exchange.</param>
/// <param name="Transforms">The choices, those of one type in the sender's order.</param>
public sealed record Proposal(byte Number, ProtocolId Protocol, Octets Spi, ValueList<Transform> Transforms)
{
    private const int HeaderLength = 8;
    private const byte IsLast = 0;
    private const byte IsFollowed = 2;

    /// <summary>Octets on the wire.</summary>
    public int WireLength => HeaderLength + Spi.Length + Transforms.Sum(transform => transform.WireLength);

    /// <summary>The choices of one type, in the sender's order.</summary>
    public IEnumerable<Transform> OfType(TransformType type) => Transforms.Where(transform => transform.Type == type);

    internal static bool TryRead(ref PayloadReader reader, int transformsLeft, out Proposal? proposal, out bool isLast, out IkeFault fault)
    {
        (proposal, isLast) = (null, false);
        if (!reader.TryReadByte(out var mark) || !reader.TrySkip(1) || !reader.TryReadUInt16(out var length)
            || !reader.TryReadOctets(length - 4, out var octets) || length < HeaderLength || octets[2] > octets.Length - 4)
        {
            fault = IkeFault.ProposalLength;
            return false;
        }

        if (mark is not (IsLast or IsFollowed))
        {
            fault = IkeFault.ProposalChain;
            return false;
        }

        isLast = mark == IsLast;
        var spi = octets.Slice(4, octets[2]);
        if (!TryReadTransforms(octets[(4 + spi.Length)..], octets[3], transformsLeft, out var transforms, out fault))
        {
            return false;
        }

        proposal = new(octets[0], (ProtocolId)octets[1], new(spi), transforms);
        return true;
    }

    internal void Write(ref PayloadWriter writer, bool isLast)
    {
        writer.Octet(isLast ? IsLast : IsFollowed);
        writer.Reserved(1);
        writer.Word(WireLength);
        writer.Octet(Number);
        writer.Octet((byte)Protocol);
        writer.Octet((byte)Spi.Length);
        writer.Octet((byte)Transforms.Count);
        writer.Write(Spi);
        for (var i = 0; i < Transforms.Count; i++)
        {
            Transforms[i].Write(ref writer, i == Transforms.Count - 1);
        }
    }

    private static bool TryReadTransforms(ReadOnlySpan<byte> octets, int count, int most, out ValueList<Transform> transforms, out IkeFault fault)
    {
        transforms = [];
        if (count == 0 || count > most)
        {
            fault = count == 0 ? IkeFault.NoTransform : IkeFault.TooManyTransforms;
            return false;
        }

        var read = new Transform[count];
        var reader = new PayloadReader(octets);
        for (var i = 0; i < count; i++)
        {
            if (reader.IsAtEnd)
            {
                fault = IkeFault.TransformCount;
                return false;
            }

            if (!Transform.TryRead(ref reader, i == count - 1, out var transform, out fault))
            {
                return false;
            }

            read[i] = transform!;
        }

        transforms = [.. read];
        fault = reader.IsAtEnd ? IkeFault.None : IkeFault.TransformCount;
        return reader.IsAtEnd;
    }
}
