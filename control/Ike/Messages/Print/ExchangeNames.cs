using IpsecDp.Ike.Messages.Header;

namespace IpsecDp.Ike.Messages.Print;

/// <summary>Exchanges as the RFCs write them.</summary>
public static class ExchangeNames
{
    /// <summary>The name, or the number of an exchange that is not known.</summary>
    public static string Of(ExchangeType exchange) => exchange switch
    {
        ExchangeType.Base => "base exchange",
        ExchangeType.IdentityProtection => "main mode",
        ExchangeType.AuthenticationOnly => "authentication-only exchange",
        ExchangeType.Aggressive => "aggressive mode",
        ExchangeType.InformationalV1 => "informational exchange",
        ExchangeType.QuickMode => "quick mode",
        ExchangeType.NewGroup => "new group mode",
        ExchangeType.IkeSaInit => "IKE_SA_INIT",
        ExchangeType.IkeAuth => "IKE_AUTH",
        ExchangeType.CreateChildSa => "CREATE_CHILD_SA",
        ExchangeType.Informational => "INFORMATIONAL",
        ExchangeType.IkeSessionResume => "IKE_SESSION_RESUME",
        ExchangeType.IkeIntermediate => "IKE_INTERMEDIATE",
        ExchangeType.IkeFollowupKe => "IKE_FOLLOWUP_KE",
        _ => $"exchange {(byte)exchange}",
    };
}
