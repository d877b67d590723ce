namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Which work goes first.</summary>
internal enum ExchangeUrgency
{
    /// <summary>Deletes: what is no longer used holds memory at both ends.</summary>
    Delete,

    /// <summary>Rekeys: traffic depends on them.</summary>
    Rekey,

    /// <summary>New children and the rest.</summary>
    Other,
}
