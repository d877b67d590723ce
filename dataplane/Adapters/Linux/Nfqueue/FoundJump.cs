namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>A jump into one of our chains that iptables-save(8) showed.</summary>
/// <param name="Table">The table it is in.</param>
/// <param name="Rule">The rule without its <c>-A</c>.</param>
internal sealed record FoundJump(string Table, string Rule);
