namespace IpsecDp.Ike.Identity;

/// <summary>What an operator reads about an AUTH payload that proved nothing.</summary>
public static class AuthenticationFaults
{
    /// <summary>One sentence for each fault.</summary>
    public static string Sentence(this AuthenticationFault fault) => fault switch
    {
        AuthenticationFault.None => "the peer proved its identity",
        AuthenticationFault.OtherMethod => "the peer authenticates by another method than the policy asks of it",
        AuthenticationFault.WrongProof => "the peer's proof is wrong: another key, another pre-shared secret, or a message changed on its way",
        AuthenticationFault.UnknownAlgorithm => "the peer's signature names an algorithm or parameters that are not known here",
        AuthenticationFault.HashNotAllowed => "the peer's signature uses a hash that was not offered",
        AuthenticationFault.OtherKeyKind => "the peer's signature algorithm does not go with the key in its certificate",
        AuthenticationFault.UnfitKey => "the peer's key is too short, too long or malformed",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
