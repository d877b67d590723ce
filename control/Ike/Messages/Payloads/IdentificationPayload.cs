using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>IDi and IDr (RFC 7296 §3.5); the octets are what AUTH covers and what identities are compared by.</summary>
/// <param name="IsInitiator">Whether it is IDi.</param>
/// <param name="IdType">How the octets are to be read.</param>
/// <param name="Identity">The identity.</param>
public sealed record IdentificationPayload(bool IsInitiator, IdType IdType, Octets Identity) : IkePayload
{
    /// <inheritdoc/>
    public override PayloadType Type => IsInitiator ? PayloadType.InitiatorId : PayloadType.ResponderId;

    /// <inheritdoc/>
    public override int BodyLength => 4 + Identity.Length;

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(bool isInitiator, ReadOnlySpan<byte> body, [NotNullWhen(true)] out IdentificationPayload? payload, out IkeFailure failure)
    {
        payload = null;
        var type = isInitiator ? PayloadType.InitiatorId : PayloadType.ResponderId;
        var reader = new PayloadReader(body);
        if (!reader.TryReadByte(out var idType) || !reader.TrySkip(3))
        {
            failure = new(IkeFault.BodyTooShort, type, body.Length);
            return false;
        }

        var identity = reader.ReadRest();
        var fault = IdentificationRules.FaultOf((IdType)idType, identity);
        failure = fault == IkeFault.None ? IkeFailure.None : new(fault, type, idType);
        payload = fault == IkeFault.None ? new(isInitiator, (IdType)idType, new(identity)) : null;
        return payload is not null;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Octet((byte)IdType);
        writer.Reserved(3);
        writer.Write(Identity);
    }
}
