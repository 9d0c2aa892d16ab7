"""Who answers: members and participants beside the population, without anybody being found in the figures."""
