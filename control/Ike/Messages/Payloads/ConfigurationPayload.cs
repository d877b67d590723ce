using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Configuration;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>CP (RFC 7296 §3.15).</summary>
public sealed record ConfigurationPayload(ConfigurationType Kind, ValueList<ConfigurationAttribute> Attributes) : IkePayload
{
    private const ushort TypeMask = 0x7FFF;

    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.Configuration;

    /// <inheritdoc/>
    public override int BodyLength => 4 + Attributes.Sum(attribute => attribute.WireLength);

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ConfigurationPayload? payload, out IkeFailure failure)
    {
        payload = null;
        var reader = new PayloadReader(body);
        if (!reader.TryReadByte(out var kind) || !reader.TrySkip(3))
        {
            failure = new(IkeFault.BodyTooShort, PayloadType.Configuration, body.Length);
            return false;
        }

        var attributes = new List<ConfigurationAttribute>();
        var fault = (ConfigurationType)kind is >= ConfigurationType.Request and <= ConfigurationType.Acknowledge ? IkeFault.None : IkeFault.ConfigurationType;
        while (fault == IkeFault.None && !reader.IsAtEnd)
        {
            fault = attributes.Count == PayloadLimits.ConfigurationAttributes ? IkeFault.TooManyAttributes : ReadOne(ref reader, attributes);
        }

        failure = fault == IkeFault.None ? IkeFailure.None : new(fault, PayloadType.Configuration, kind);
        payload = fault == IkeFault.None ? new((ConfigurationType)kind, [.. attributes]) : null;
        return payload is not null;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Octet((byte)Kind);
        writer.Reserved(3);
        foreach (var attribute in Attributes)
        {
            writer.Word(attribute.Type & TypeMask);
            writer.Word(attribute.Value.Length);
            writer.Write(attribute.Value);
        }
    }

    private static IkeFault ReadOne(ref PayloadReader reader, List<ConfigurationAttribute> attributes)
    {
        if (!reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out var length) || !reader.TryReadOctets(length, out var value))
        {
            return IkeFault.AttributeLength;
        }

        // RFC 7296 §3.15.1: the highest bit is reserved.
        type &= TypeMask;
        attributes.Add(new(type, new(value)));
        return ConfigurationAttribute.IsFit(type, length) ? IkeFault.None : IkeFault.ConfigurationValue;
    }
}
