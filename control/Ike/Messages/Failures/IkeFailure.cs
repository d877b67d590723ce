using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Messages.Failures;

/// <summary>A refusal: which fault, in which payload, and a number that tells more.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Payload">The payload it was found in; <see cref="PayloadType.None"/> for the header.</param>
/// <param name="Detail">The major version, unknown critical type, missing or duplicate payload type, key exchange method or length at fault; else 0.</param>
/// <param name="IsAuthentic">Whether the ICV had verified before, so that the peer itself made the mistake and may be told so in the SA.</param>
public readonly record struct IkeFailure(IkeFault Fault, PayloadType Payload = PayloadType.None, int Detail = 0, bool IsAuthentic = false)
{
    /// <summary>Nothing failed.</summary>
    public static IkeFailure None => default;

    /// <summary>The part of the work it belongs to.</summary>
    public IkeFaultFamily Family => IkeFaults.FamilyOf(Fault);

    /// <summary>What happened, in one sentence.</summary>
    public string Sentence => IkeFaults.Sentence(Fault);

    /// <summary>The name, where, and the sentence.</summary>
    public override string ToString() =>
        Payload == PayloadType.None ? $"{Fault} ({Detail}): {Sentence}" : $"{Fault} in {PayloadTypes.Name(Payload)} ({Detail}): {Sentence}";
}
