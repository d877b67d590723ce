namespace IpsecDp.Peers.Bed;

/// <summary>A measurement that cannot go on, in one sentence for who reads the report.</summary>
internal sealed class PeersException(string sentence, Exception? cause = null) : Exception(sentence, cause);
