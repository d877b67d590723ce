using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>TSi and TSr (RFC 7296 §3.13).</summary>
/// <param name="IsInitiator">Whether it is TSi.</param>
/// <param name="Selectors">Those of address ranges, in the sender's order.</param>
/// <param name="Unknown">Those of another type, whole; they are passed over (RFC 9478 §3).</param>
public sealed record SelectorsPayload(bool IsInitiator, ValueList<IkeSelector> Selectors, ValueList<Octets> Unknown) : IkePayload
{
    /// <summary>Selectors of address ranges.</summary>
    public SelectorsPayload(bool isInitiator, ValueList<IkeSelector> selectors)
        : this(isInitiator, selectors, [])
    {
    }

    /// <inheritdoc/>
    public override PayloadType Type => IsInitiator ? PayloadType.InitiatorSelectors : PayloadType.ResponderSelectors;

    /// <inheritdoc/>
    public override int BodyLength => 4 + Selectors.Sum(selector => selector.WireLength) + Unknown.Sum(selector => selector.Length);

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(bool isInitiator, ReadOnlySpan<byte> body, [NotNullWhen(true)] out SelectorsPayload? payload, out IkeFailure failure)
    {
        payload = null;
        var type = isInitiator ? PayloadType.InitiatorSelectors : PayloadType.ResponderSelectors;
        var reader = new PayloadReader(body);
        if (!reader.TryReadByte(out var count) || !reader.TrySkip(3))
        {
            failure = new(IkeFault.BodyTooShort, type, body.Length);
            return false;
        }

        var fault = count == 0 ? IkeFault.NoSelector : count > PayloadLimits.Selectors ? IkeFault.TooManySelectors : IkeFault.None;
        var (known, unknown) = (new List<IkeSelector>(), new List<Octets>());
        for (var i = 0; i < count && fault == IkeFault.None; i++)
        {
            fault = ReadOne(ref reader, known, unknown);
        }

        fault = fault == IkeFault.None && !reader.IsAtEnd ? IkeFault.SelectorCount : fault;
        failure = fault == IkeFault.None ? IkeFailure.None : new(fault, type, count);
        payload = fault == IkeFault.None ? new(isInitiator, [.. known], [.. unknown]) : null;
        return payload is not null;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Octet((byte)(Selectors.Count + Unknown.Count));
        writer.Reserved(3);
        foreach (var selector in Selectors)
        {
            selector.Write(ref writer);
        }

        foreach (var selector in Unknown)
        {
            writer.Write(selector);
        }
    }

    private static IkeFault ReadOne(ref PayloadReader reader, List<IkeSelector> known, List<Octets> unknown)
    {
        const int HeaderLength = 4;
        if (reader.IsAtEnd)
        {
            return IkeFault.SelectorCount;
        }

        if (!reader.TryReadByte(out var type) || !reader.TryReadByte(out var protocol) || !reader.TryReadUInt16(out var length)
            || !reader.TryReadOctets(length - HeaderLength, out var content))
        {
            return IkeFault.SelectorLength;
        }

        if (type is not (IkeSelector.V4Type or IkeSelector.V6Type))
        {
            unknown.Add(new([type, protocol, (byte)(length >> 8), (byte)length, .. content]));
            return IkeFault.None;
        }

        if (IkeSelector.TryRead(type, protocol, content, out var selector, out var fault))
        {
            known.Add(selector);
        }

        return fault;
    }
}
