namespace IpsecDp.Peers.Statistics;

/// <summary>What became of datagrams sent at a rate.</summary>
/// <param name="Sent">Datagrams that left the sender.</param>
/// <param name="Delivered">Datagrams that came.</param>
/// <param name="Seconds">How long was sent.</param>
internal readonly record struct RateTrial(long Sent, long Delivered, double Seconds)
{
    /// <summary>Datagrams a second that left.</summary>
    public double SentRate => Sent / Seconds;

    /// <summary>Datagrams a second that came.</summary>
    public double DeliveredRate => Delivered / Seconds;

    /// <summary>The share that was lost.</summary>
    public double Loss => Sent == 0 ? 1 : 1 - ((double)Delivered / Sent);
}
