namespace IpsecDp.Handshakes.Measures;

/// <summary>One round with one responder.</summary>
/// <param name="Rate">Handshakes a second.</param>
/// <param name="ResponderCpu">Milliseconds of its CPU a handshake.</param>
/// <param name="InitiatorCpu">Milliseconds of the initiator's CPU a handshake.</param>
/// <param name="Failed">Handshakes that failed.</param>
internal readonly record struct ResponderReading(double Rate, double ResponderCpu, double InitiatorCpu, int Failed);
